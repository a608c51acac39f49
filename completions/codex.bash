# bash completion for codex; source it, or copy it to
# ~/.local/share/bash-completion/completions/codex

_codex() {
    local cur=${COMP_WORDS[COMP_CWORD]} path=codex word i skip=
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $skip ]]; then
            skip=
        elif [[ $word == -* ]]; then
            _codex_takes_value "$path" "$word" && skip=$word
        elif [[ " $(_codex_commands "$path") " == *" $word "* ]]; then
            path="$path $word"
        fi
    done
    if [[ $skip ]]; then
        _codex_values "$path" "$skip"
    elif [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_codex_options "$path")" -- "$cur")
    elif [[ $(_codex_commands "$path") ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_codex_commands "$path")" -- "$cur")
    else
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}

_codex_commands() {
    case $1 in
        codex) echo 'scan demo serve libraries series books progress pages covers thumbnails genres tags titles ratings links external-ratings duplicates tasks schedule worker users api-keys events doctor config db openapi' ;;
        'codex libraries') echo 'list show create update delete purge preview analyze verify' ;;
        'codex series') echo 'list search show update metadata lock unlock purge analyze read unread reading export apply' ;;
        'codex books') echo 'list search show adjacent explain update lock unlock analyze verify read unread on-deck reading recently-read export apply' ;;
        'codex progress') echo 'list show set clear' ;;
        'codex pages') echo 'list get' ;;
        'codex covers') echo 'list set select delete reset generate cleanup get show' ;;
        'codex thumbnails') echo 'generate show clear' ;;
        'codex genres') echo 'list add remove rename merge unmerge delete cleanup' ;;
        'codex tags') echo 'list add remove rename merge unmerge delete cleanup' ;;
        'codex titles') echo 'list add update delete' ;;
        'codex ratings') echo 'list show set clear' ;;
        'codex links') echo 'list set delete' ;;
        'codex external-ratings') echo 'list set delete' ;;
        'codex duplicates') echo 'list scan dismiss' ;;
        'codex tasks') echo 'list show add cancel retry unlock stats purge nuke watch' ;;
        'codex schedule') echo list ;;
        'codex users') echo 'list show create update passwd delete' ;;
        'codex api-keys') echo 'list show create update revoke' ;;
        'codex events') echo watch ;;
        'codex config') echo 'show path' ;;
        'codex db') echo 'check info backup restore vacuum' ;;
        'codex openapi') echo export ;;
    esac
}

_codex_options() {
    case $1 in
        codex) echo '--data-dir --config --allow-network-db --version -h --help' ;;
        'codex scan') echo '--deep --plan --allow-missing --enqueue --wait --status --cancel --covers -q --quiet --json -h --help' ;;
        'codex demo') echo '--json -h --help' ;;
        'codex serve') echo '--host --port --workers --no-tasks --config --json -h --help' ;;
        'codex libraries') echo '-h --help' ;;
        'codex libraries list') echo '--json -h --help' ;;
        'codex libraries show') echo '--json -h --help' ;;
        'codex libraries create') echo '--name --description --series-strategy --series-config --book-strategy --book-config --number-strategy --number-config --scanning-config --cron --time-zone --default-mode --scan-on-start --no-scan-on-start --purge-deleted-on-scan --keep-deleted-on-scan --watch --no-watch --format --exclude --reading-direction --json -h --help' ;;
        'codex libraries update') echo '--name --folder --description --book-strategy --book-config --number-strategy --number-config --scanning-config --cron --time-zone --default-mode --scan-on-start --no-scan-on-start --purge-deleted-on-scan --keep-deleted-on-scan --watch --no-watch --format --exclude --reading-direction --active --inactive --clear --json -h --help' ;;
        'codex libraries delete') echo '-y --yes --json -h --help' ;;
        'codex libraries purge') echo '--dry-run -y --yes --json -h --help' ;;
        'codex libraries preview') echo '--series-strategy --series-config --format --exclude --json -h --help' ;;
        'codex libraries analyze') echo '--unanalyzed --enqueue --json -h --help' ;;
        'codex libraries verify') echo '--depth --since --rate --json -h --help' ;;
        'codex series') echo '-h --help' ;;
        'codex series list') echo '--library --filter --condition-json --search --user --sort --limit --page --json -h --help' ;;
        'codex series search') echo '--library --limit --json -h --help' ;;
        'codex series show') echo '--json -h --help' ;;
        'codex series update') echo '--title --title-sort --summary --publisher --imprint --status --age-rating --language --reading-direction --year --total-book-count --genre --tag --custom-metadata --clear --json -h --help' ;;
        'codex series metadata') echo '--json -h --help' ;;
        'codex series lock') echo '--json -h --help' ;;
        'codex series unlock') echo '--json -h --help' ;;
        'codex series purge') echo '--dry-run -y --yes --json -h --help' ;;
        'codex series analyze') echo '--unanalyzed --enqueue --json -h --help' ;;
        'codex series read') echo '--user --json -h --help' ;;
        'codex series unread') echo '--user --json -h --help' ;;
        'codex series reading') echo '--library --user --limit --page --json -h --help' ;;
        'codex series export') echo '--library --filter --condition-json --search --user --json -h --help' ;;
        'codex series apply') echo '--dry-run --json -h --help' ;;
        'codex books') echo '-h --help' ;;
        'codex books list') echo '--library --series --filter --condition-json --search --user --sort --limit --page --missing --include-deleted --unreadable --with-errors --json -h --help' ;;
        'codex books search') echo '--library --limit --json -h --help' ;;
        'codex books show') echo '--json -h --help' ;;
        'codex books adjacent') echo '--json -h --help' ;;
        'codex books explain') echo '--json -h --help' ;;
        'codex books update') echo '--title --number --set --clear --json -h --help' ;;
        'codex books lock') echo '--json -h --help' ;;
        'codex books unlock') echo '--json -h --help' ;;
        'codex books analyze') echo '--unanalyzed --enqueue --json -h --help' ;;
        'codex books verify') echo '--library --series --depth --since --rate --json -h --help' ;;
        'codex books read') echo '--user --json -h --help' ;;
        'codex books unread') echo '--user --json -h --help' ;;
        'codex books on-deck') echo '--library --user --limit --page --json -h --help' ;;
        'codex books reading') echo '--library --user --limit --page --json -h --help' ;;
        'codex books recently-read') echo '--library --user --limit --page --json -h --help' ;;
        'codex books export') echo '--library --series --filter --condition-json --search --user --json -h --help' ;;
        'codex books apply') echo '--dry-run --json -h --help' ;;
        'codex progress') echo '-h --help' ;;
        'codex progress list') echo '--current --user --limit --page --json -h --help' ;;
        'codex progress show') echo '--user --json -h --help' ;;
        'codex progress set') echo '--completed --percentage --user --json -h --help' ;;
        'codex progress clear') echo '--user --json -h --help' ;;
        'codex pages') echo '-h --help' ;;
        'codex pages list') echo '--json -h --help' ;;
        'codex pages get') echo '-o --output --width --height --format --json -h --help' ;;
        'codex covers') echo '-h --help' ;;
        'codex covers list') echo '--json -h --help' ;;
        'codex covers set') echo '--json -h --help' ;;
        'codex covers select') echo '--book --json -h --help' ;;
        'codex covers delete') echo '-y --yes --json -h --help' ;;
        'codex covers reset') echo '--json -h --help' ;;
        'codex covers generate') echo '--library --series --force --json -h --help' ;;
        'codex covers cleanup') echo '--dry-run --json -h --help' ;;
        'codex covers get') echo '-o --output --size --cover --json -h --help' ;;
        'codex covers show') echo '--columns --json -h --help' ;;
        'codex thumbnails') echo '-h --help' ;;
        'codex thumbnails generate') echo '--library --series --force --json -h --help' ;;
        'codex thumbnails show') echo '--json -h --help' ;;
        'codex thumbnails clear') echo '--json -h --help' ;;
        'codex genres') echo '-h --help' ;;
        'codex genres list') echo '--search --series --json -h --help' ;;
        'codex genres add') echo '--json -h --help' ;;
        'codex genres remove') echo '--json -h --help' ;;
        'codex genres rename') echo '--json -h --help' ;;
        'codex genres merge') echo '--into --json -h --help' ;;
        'codex genres unmerge') echo '--json -h --help' ;;
        'codex genres delete') echo '-y --yes --json -h --help' ;;
        'codex genres cleanup') echo '--json -h --help' ;;
        'codex tags') echo '-h --help' ;;
        'codex tags list') echo '--search --series --json -h --help' ;;
        'codex tags add') echo '--json -h --help' ;;
        'codex tags remove') echo '--json -h --help' ;;
        'codex tags rename') echo '--json -h --help' ;;
        'codex tags merge') echo '--into --json -h --help' ;;
        'codex tags unmerge') echo '--json -h --help' ;;
        'codex tags delete') echo '-y --yes --json -h --help' ;;
        'codex tags cleanup') echo '--json -h --help' ;;
        'codex titles') echo '-h --help' ;;
        'codex titles list') echo '--json -h --help' ;;
        'codex titles add') echo '--label --json -h --help' ;;
        'codex titles update') echo '--title --label --json -h --help' ;;
        'codex titles delete') echo '-y --yes --json -h --help' ;;
        'codex ratings') echo '-h --help' ;;
        'codex ratings list') echo '--user --json -h --help' ;;
        'codex ratings show') echo '--user --json -h --help' ;;
        'codex ratings set') echo '--notes --user --json -h --help' ;;
        'codex ratings clear') echo '--user --json -h --help' ;;
        'codex links') echo '-h --help' ;;
        'codex links list') echo '--json -h --help' ;;
        'codex links set') echo '--id --json -h --help' ;;
        'codex links delete') echo '--json -h --help' ;;
        'codex external-ratings') echo '-h --help' ;;
        'codex external-ratings list') echo '--json -h --help' ;;
        'codex external-ratings set') echo '--votes --json -h --help' ;;
        'codex external-ratings delete') echo '--json -h --help' ;;
        'codex duplicates') echo '-h --help' ;;
        'codex duplicates list') echo '--json -h --help' ;;
        'codex duplicates scan') echo '--rate --enqueue --json -h --help' ;;
        'codex duplicates dismiss') echo '--json -h --help' ;;
        'codex tasks') echo '-h --help' ;;
        'codex tasks list') echo '-s --status -t --type --limit --page --json -h --help' ;;
        'codex tasks show') echo '--json -h --help' ;;
        'codex tasks add') echo '--library --series --book --params --priority --json -h --help' ;;
        'codex tasks cancel') echo '--json -h --help' ;;
        'codex tasks retry') echo '--json -h --help' ;;
        'codex tasks unlock') echo '--json -h --help' ;;
        'codex tasks stats') echo '--json -h --help' ;;
        'codex tasks purge') echo '-d --days --json -h --help' ;;
        'codex tasks nuke') echo '-y --yes --json -h --help' ;;
        'codex tasks watch') echo '-n --number --json -h --help' ;;
        'codex schedule') echo '-h --help' ;;
        'codex schedule list') echo '--json -h --help' ;;
        'codex worker') echo '--once --json -h --help' ;;
        'codex users') echo '-h --help' ;;
        'codex users list') echo '--json -h --help' ;;
        'codex users show') echo '--json -h --help' ;;
        'codex users create') echo '--email --admin --permission --password-stdin --json -h --help' ;;
        'codex users update') echo '--name --email --admin --no-admin --active --inactive --permission --json -h --help' ;;
        'codex users passwd') echo '--password-stdin --json -h --help' ;;
        'codex users delete') echo '-y --yes --json -h --help' ;;
        'codex api-keys') echo '-h --help' ;;
        'codex api-keys list') echo '--user --json -h --help' ;;
        'codex api-keys show') echo '--user --json -h --help' ;;
        'codex api-keys create') echo '--user --permission --expires --json -h --help' ;;
        'codex api-keys update') echo '--user --name --permission --expires --active --inactive --json -h --help' ;;
        'codex api-keys revoke') echo '--user -y --yes --json -h --help' ;;
        'codex events') echo '-h --help' ;;
        'codex events watch') echo '-n --number --since --json -h --help' ;;
        'codex doctor') echo '--json -h --help' ;;
        'codex config') echo '-h --help' ;;
        'codex config show') echo '--changed --json -h --help' ;;
        'codex config path') echo '--json -h --help' ;;
        'codex db') echo '-h --help' ;;
        'codex db check') echo '--repair --json -h --help' ;;
        'codex db info') echo '--json -h --help' ;;
        'codex db backup') echo '--json -h --help' ;;
        'codex db restore') echo '-y --yes --json -h --help' ;;
        'codex db vacuum') echo '--json -h --help' ;;
        'codex openapi') echo '-o --output -f --format --json -h --help' ;;
        'codex openapi export') echo '-o --output -f --format --json -h --help' ;;
    esac
}

_codex_takes_value() {
    case "$1:$2" in
        codex:--data-dir) return 0 ;;
        codex:--config) return 0 ;;
        'codex serve:--host') return 0 ;;
        'codex serve:--port') return 0 ;;
        'codex serve:--workers') return 0 ;;
        'codex serve:--config') return 0 ;;
        'codex libraries create:--name') return 0 ;;
        'codex libraries create:--description') return 0 ;;
        'codex libraries create:--series-strategy') return 0 ;;
        'codex libraries create:--series-config') return 0 ;;
        'codex libraries create:--book-strategy') return 0 ;;
        'codex libraries create:--book-config') return 0 ;;
        'codex libraries create:--number-strategy') return 0 ;;
        'codex libraries create:--number-config') return 0 ;;
        'codex libraries create:--scanning-config') return 0 ;;
        'codex libraries create:--cron') return 0 ;;
        'codex libraries create:--time-zone') return 0 ;;
        'codex libraries create:--default-mode') return 0 ;;
        'codex libraries create:--format') return 0 ;;
        'codex libraries create:--exclude') return 0 ;;
        'codex libraries create:--reading-direction') return 0 ;;
        'codex libraries update:--name') return 0 ;;
        'codex libraries update:--folder') return 0 ;;
        'codex libraries update:--description') return 0 ;;
        'codex libraries update:--book-strategy') return 0 ;;
        'codex libraries update:--book-config') return 0 ;;
        'codex libraries update:--number-strategy') return 0 ;;
        'codex libraries update:--number-config') return 0 ;;
        'codex libraries update:--scanning-config') return 0 ;;
        'codex libraries update:--cron') return 0 ;;
        'codex libraries update:--time-zone') return 0 ;;
        'codex libraries update:--default-mode') return 0 ;;
        'codex libraries update:--format') return 0 ;;
        'codex libraries update:--exclude') return 0 ;;
        'codex libraries update:--reading-direction') return 0 ;;
        'codex libraries update:--clear') return 0 ;;
        'codex libraries preview:--series-strategy') return 0 ;;
        'codex libraries preview:--series-config') return 0 ;;
        'codex libraries preview:--format') return 0 ;;
        'codex libraries preview:--exclude') return 0 ;;
        'codex libraries verify:--depth') return 0 ;;
        'codex libraries verify:--since') return 0 ;;
        'codex libraries verify:--rate') return 0 ;;
        'codex series list:--library') return 0 ;;
        'codex series list:--filter') return 0 ;;
        'codex series list:--condition-json') return 0 ;;
        'codex series list:--search') return 0 ;;
        'codex series list:--user') return 0 ;;
        'codex series list:--sort') return 0 ;;
        'codex series list:--limit') return 0 ;;
        'codex series list:--page') return 0 ;;
        'codex series search:--library') return 0 ;;
        'codex series search:--limit') return 0 ;;
        'codex series update:--title') return 0 ;;
        'codex series update:--title-sort') return 0 ;;
        'codex series update:--summary') return 0 ;;
        'codex series update:--publisher') return 0 ;;
        'codex series update:--imprint') return 0 ;;
        'codex series update:--status') return 0 ;;
        'codex series update:--age-rating') return 0 ;;
        'codex series update:--language') return 0 ;;
        'codex series update:--reading-direction') return 0 ;;
        'codex series update:--year') return 0 ;;
        'codex series update:--total-book-count') return 0 ;;
        'codex series update:--genre') return 0 ;;
        'codex series update:--tag') return 0 ;;
        'codex series update:--custom-metadata') return 0 ;;
        'codex series update:--clear') return 0 ;;
        'codex series read:--user') return 0 ;;
        'codex series unread:--user') return 0 ;;
        'codex series reading:--library') return 0 ;;
        'codex series reading:--user') return 0 ;;
        'codex series reading:--limit') return 0 ;;
        'codex series reading:--page') return 0 ;;
        'codex series export:--library') return 0 ;;
        'codex series export:--filter') return 0 ;;
        'codex series export:--condition-json') return 0 ;;
        'codex series export:--search') return 0 ;;
        'codex series export:--user') return 0 ;;
        'codex books list:--library') return 0 ;;
        'codex books list:--series') return 0 ;;
        'codex books list:--filter') return 0 ;;
        'codex books list:--condition-json') return 0 ;;
        'codex books list:--search') return 0 ;;
        'codex books list:--user') return 0 ;;
        'codex books list:--sort') return 0 ;;
        'codex books list:--limit') return 0 ;;
        'codex books list:--page') return 0 ;;
        'codex books search:--library') return 0 ;;
        'codex books search:--limit') return 0 ;;
        'codex books update:--title') return 0 ;;
        'codex books update:--number') return 0 ;;
        'codex books update:--set') return 0 ;;
        'codex books update:--clear') return 0 ;;
        'codex books verify:--library') return 0 ;;
        'codex books verify:--series') return 0 ;;
        'codex books verify:--depth') return 0 ;;
        'codex books verify:--since') return 0 ;;
        'codex books verify:--rate') return 0 ;;
        'codex books read:--user') return 0 ;;
        'codex books unread:--user') return 0 ;;
        'codex books on-deck:--library') return 0 ;;
        'codex books on-deck:--user') return 0 ;;
        'codex books on-deck:--limit') return 0 ;;
        'codex books on-deck:--page') return 0 ;;
        'codex books reading:--library') return 0 ;;
        'codex books reading:--user') return 0 ;;
        'codex books reading:--limit') return 0 ;;
        'codex books reading:--page') return 0 ;;
        'codex books recently-read:--library') return 0 ;;
        'codex books recently-read:--user') return 0 ;;
        'codex books recently-read:--limit') return 0 ;;
        'codex books recently-read:--page') return 0 ;;
        'codex books export:--library') return 0 ;;
        'codex books export:--series') return 0 ;;
        'codex books export:--filter') return 0 ;;
        'codex books export:--condition-json') return 0 ;;
        'codex books export:--search') return 0 ;;
        'codex books export:--user') return 0 ;;
        'codex progress list:--user') return 0 ;;
        'codex progress list:--limit') return 0 ;;
        'codex progress list:--page') return 0 ;;
        'codex progress show:--user') return 0 ;;
        'codex progress set:--percentage') return 0 ;;
        'codex progress set:--user') return 0 ;;
        'codex progress clear:--user') return 0 ;;
        'codex pages get:-o' | 'codex pages get:--output') return 0 ;;
        'codex pages get:--width') return 0 ;;
        'codex pages get:--height') return 0 ;;
        'codex pages get:--format') return 0 ;;
        'codex covers select:--book') return 0 ;;
        'codex covers generate:--library') return 0 ;;
        'codex covers generate:--series') return 0 ;;
        'codex covers get:-o' | 'codex covers get:--output') return 0 ;;
        'codex covers get:--size') return 0 ;;
        'codex covers get:--cover') return 0 ;;
        'codex covers show:--columns') return 0 ;;
        'codex thumbnails generate:--library') return 0 ;;
        'codex thumbnails generate:--series') return 0 ;;
        'codex genres list:--search') return 0 ;;
        'codex genres list:--series') return 0 ;;
        'codex genres merge:--into') return 0 ;;
        'codex tags list:--search') return 0 ;;
        'codex tags list:--series') return 0 ;;
        'codex tags merge:--into') return 0 ;;
        'codex titles add:--label') return 0 ;;
        'codex titles update:--title') return 0 ;;
        'codex titles update:--label') return 0 ;;
        'codex ratings list:--user') return 0 ;;
        'codex ratings show:--user') return 0 ;;
        'codex ratings set:--notes') return 0 ;;
        'codex ratings set:--user') return 0 ;;
        'codex ratings clear:--user') return 0 ;;
        'codex links set:--id') return 0 ;;
        'codex external-ratings set:--votes') return 0 ;;
        'codex duplicates scan:--rate') return 0 ;;
        'codex tasks list:-s' | 'codex tasks list:--status') return 0 ;;
        'codex tasks list:-t' | 'codex tasks list:--type') return 0 ;;
        'codex tasks list:--limit') return 0 ;;
        'codex tasks list:--page') return 0 ;;
        'codex tasks add:--library') return 0 ;;
        'codex tasks add:--series') return 0 ;;
        'codex tasks add:--book') return 0 ;;
        'codex tasks add:--params') return 0 ;;
        'codex tasks add:--priority') return 0 ;;
        'codex tasks purge:-d' | 'codex tasks purge:--days') return 0 ;;
        'codex tasks watch:-n' | 'codex tasks watch:--number') return 0 ;;
        'codex users create:--email') return 0 ;;
        'codex users create:--permission') return 0 ;;
        'codex users update:--name') return 0 ;;
        'codex users update:--email') return 0 ;;
        'codex users update:--permission') return 0 ;;
        'codex api-keys list:--user') return 0 ;;
        'codex api-keys show:--user') return 0 ;;
        'codex api-keys create:--user') return 0 ;;
        'codex api-keys create:--permission') return 0 ;;
        'codex api-keys create:--expires') return 0 ;;
        'codex api-keys update:--user') return 0 ;;
        'codex api-keys update:--name') return 0 ;;
        'codex api-keys update:--permission') return 0 ;;
        'codex api-keys update:--expires') return 0 ;;
        'codex api-keys revoke:--user') return 0 ;;
        'codex events watch:-n' | 'codex events watch:--number') return 0 ;;
        'codex events watch:--since') return 0 ;;
        'codex openapi:-o' | 'codex openapi:--output') return 0 ;;
        'codex openapi:-f' | 'codex openapi:--format') return 0 ;;
        'codex openapi export:-o' | 'codex openapi export:--output') return 0 ;;
        'codex openapi export:-f' | 'codex openapi export:--format') return 0 ;;
    esac
    return 1
}

_codex_values() {
    case "$1:$2" in
        codex:--data-dir)
            mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        codex:--config)
            mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'codex serve:--config')
            mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'codex libraries create:--series-strategy')
            mapfile -t COMPREPLY < <(compgen -W 'series_volume series_volume_chapter flat publisher_hierarchy calibre custom' -- "$cur") ;;
        'codex libraries create:--book-strategy')
            mapfile -t COMPREPLY < <(compgen -W 'filename metadata_first smart series_name custom' -- "$cur") ;;
        'codex libraries create:--number-strategy')
            mapfile -t COMPREPLY < <(compgen -W 'file_order metadata filename smart' -- "$cur") ;;
        'codex libraries create:--default-mode')
            mapfile -t COMPREPLY < <(compgen -W 'normal deep' -- "$cur") ;;
        'codex libraries create:--reading-direction')
            mapfile -t COMPREPLY < <(compgen -W 'ltr rtl ttb webtoon' -- "$cur") ;;
        'codex libraries update:--folder')
            mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'codex libraries update:--book-strategy')
            mapfile -t COMPREPLY < <(compgen -W 'filename metadata_first smart series_name custom' -- "$cur") ;;
        'codex libraries update:--number-strategy')
            mapfile -t COMPREPLY < <(compgen -W 'file_order metadata filename smart' -- "$cur") ;;
        'codex libraries update:--default-mode')
            mapfile -t COMPREPLY < <(compgen -W 'normal deep' -- "$cur") ;;
        'codex libraries update:--reading-direction')
            mapfile -t COMPREPLY < <(compgen -W 'ltr rtl ttb webtoon' -- "$cur") ;;
        'codex libraries preview:--series-strategy')
            mapfile -t COMPREPLY < <(compgen -W 'series_volume series_volume_chapter flat publisher_hierarchy calibre custom' -- "$cur") ;;
        'codex libraries verify:--depth')
            mapfile -t COMPREPLY < <(compgen -W 'directory checksums images' -- "$cur") ;;
        'codex series update:--reading-direction')
            mapfile -t COMPREPLY < <(compgen -W 'ltr rtl ttb webtoon' -- "$cur") ;;
        'codex books verify:--depth')
            mapfile -t COMPREPLY < <(compgen -W 'directory checksums images' -- "$cur") ;;
        'codex pages get:-o' | 'codex pages get:--output')
            mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'codex pages get:--format')
            mapfile -t COMPREPLY < <(compgen -W 'jpeg png webp avif' -- "$cur") ;;
        'codex covers get:-o' | 'codex covers get:--output')
            mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'codex openapi:-o' | 'codex openapi:--output')
            mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'codex openapi:-f' | 'codex openapi:--format')
            mapfile -t COMPREPLY < <(compgen -W 'json yaml' -- "$cur") ;;
        'codex openapi export:-o' | 'codex openapi export:--output')
            mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'codex openapi export:-f' | 'codex openapi export:--format')
            mapfile -t COMPREPLY < <(compgen -W 'json yaml' -- "$cur") ;;
    esac
}

complete -F _codex codex
