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
        codex) echo 'scan demo serve libraries series books pages covers users api-keys doctor config db openapi' ;;
        'codex libraries') echo 'list show create update delete preview' ;;
        'codex series') echo 'list search show update' ;;
        'codex books') echo 'list search show explain update' ;;
        'codex pages') echo 'list get' ;;
        'codex covers') echo 'get show' ;;
        'codex users') echo 'list show create update passwd delete' ;;
        'codex api-keys') echo 'list show create update revoke' ;;
        'codex config') echo 'show path' ;;
        'codex db') echo 'check info backup restore vacuum' ;;
        'codex openapi') echo export ;;
    esac
}

_codex_options() {
    case $1 in
        codex) echo '--data-dir --config --allow-network-db --version -h --help' ;;
        'codex scan') echo '--deep --plan --allow-missing -q --quiet --json -h --help' ;;
        'codex demo') echo '--json -h --help' ;;
        'codex serve') echo '--host --port --workers --no-tasks --config --json -h --help' ;;
        'codex libraries') echo '-h --help' ;;
        'codex libraries list') echo '--json -h --help' ;;
        'codex libraries show') echo '--json -h --help' ;;
        'codex libraries create') echo '--name --description --series-strategy --series-config --book-strategy --book-config --number-strategy --number-config --scanning-config --format --exclude --reading-direction --json -h --help' ;;
        'codex libraries update') echo '--name --folder --description --book-strategy --book-config --number-strategy --number-config --scanning-config --format --exclude --reading-direction --active --inactive --clear --json -h --help' ;;
        'codex libraries delete') echo '-y --yes --json -h --help' ;;
        'codex libraries preview') echo '--series-strategy --series-config --json -h --help' ;;
        'codex series') echo '-h --help' ;;
        'codex series list') echo '--library --sort --limit --page --json -h --help' ;;
        'codex series search') echo '--library --limit --json -h --help' ;;
        'codex series show') echo '--json -h --help' ;;
        'codex series update') echo '--title --title-sort --summary --publisher --imprint --status --age-rating --language --reading-direction --year --total-book-count --genre --tag --clear --json -h --help' ;;
        'codex books') echo '-h --help' ;;
        'codex books list') echo '--library --series --sort --limit --page --missing --unreadable --json -h --help' ;;
        'codex books search') echo '--library --limit --json -h --help' ;;
        'codex books show') echo '--json -h --help' ;;
        'codex books explain') echo '--json -h --help' ;;
        'codex books update') echo '--title --number --set --clear --json -h --help' ;;
        'codex pages') echo '-h --help' ;;
        'codex pages list') echo '--json -h --help' ;;
        'codex pages get') echo '-o --output --width --height --format --json -h --help' ;;
        'codex covers') echo '-h --help' ;;
        'codex covers get') echo '-o --output --size --json -h --help' ;;
        'codex covers show') echo '--columns --json -h --help' ;;
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
        'codex libraries update:--format') return 0 ;;
        'codex libraries update:--exclude') return 0 ;;
        'codex libraries update:--reading-direction') return 0 ;;
        'codex libraries update:--clear') return 0 ;;
        'codex libraries preview:--series-strategy') return 0 ;;
        'codex libraries preview:--series-config') return 0 ;;
        'codex series list:--library') return 0 ;;
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
        'codex series update:--clear') return 0 ;;
        'codex books list:--library') return 0 ;;
        'codex books list:--series') return 0 ;;
        'codex books list:--sort') return 0 ;;
        'codex books list:--limit') return 0 ;;
        'codex books list:--page') return 0 ;;
        'codex books search:--library') return 0 ;;
        'codex books search:--limit') return 0 ;;
        'codex books update:--title') return 0 ;;
        'codex books update:--number') return 0 ;;
        'codex books update:--set') return 0 ;;
        'codex books update:--clear') return 0 ;;
        'codex pages get:-o' | 'codex pages get:--output') return 0 ;;
        'codex pages get:--width') return 0 ;;
        'codex pages get:--height') return 0 ;;
        'codex pages get:--format') return 0 ;;
        'codex covers get:-o' | 'codex covers get:--output') return 0 ;;
        'codex covers get:--size') return 0 ;;
        'codex covers show:--columns') return 0 ;;
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
        'codex libraries create:--reading-direction')
            mapfile -t COMPREPLY < <(compgen -W 'ltr rtl ttb webtoon' -- "$cur") ;;
        'codex libraries update:--folder')
            mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'codex libraries update:--book-strategy')
            mapfile -t COMPREPLY < <(compgen -W 'filename metadata_first smart series_name custom' -- "$cur") ;;
        'codex libraries update:--number-strategy')
            mapfile -t COMPREPLY < <(compgen -W 'file_order metadata filename smart' -- "$cur") ;;
        'codex libraries update:--reading-direction')
            mapfile -t COMPREPLY < <(compgen -W 'ltr rtl ttb webtoon' -- "$cur") ;;
        'codex libraries preview:--series-strategy')
            mapfile -t COMPREPLY < <(compgen -W 'series_volume series_volume_chapter flat publisher_hierarchy calibre custom' -- "$cur") ;;
        'codex series update:--reading-direction')
            mapfile -t COMPREPLY < <(compgen -W 'ltr rtl ttb webtoon' -- "$cur") ;;
        'codex pages get:-o' | 'codex pages get:--output')
            mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        'codex pages get:--format')
            mapfile -t COMPREPLY < <(compgen -W 'jpeg png webp' -- "$cur") ;;
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
