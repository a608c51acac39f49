# fish completion for codex; copy it to ~/.config/fish/completions/codex.fish

function __codex_at
    # True if the words so far are exactly this path of commands.
    set -l words (commandline -opc)
    set -l path
    for word in $words[2..-1]
        string match -q -- '-*' $word; or set -a path $word
    end
    test (count $path) -ge (count $argv); or return 1
    test (count $argv) -eq 0; or test "$path[1..(count $argv)]" = "$argv"
end

function __codex_needs
    # True if this group still waits for its command.
    __codex_at $argv; or return 1
    set -l words (commandline -opc)
    set -l count 0
    for word in $words[2..-1]
        string match -q -- '-*' $word; or set count (math $count + 1)
    end
    test $count -eq (count $argv)
end

complete -c codex -f

complete -c codex -n __codex_needs -a scan -d 'Make the catalog match what is in your folders'
complete -c codex -n __codex_needs -a demo -d 'Draw a small library, scan it and show it'
complete -c codex -n __codex_needs -a serve -d 'Serve the REST API to browsers, apps and scripts'
complete -c codex -n __codex_needs -a libraries -d 'Folders of series and books'
complete -c codex -n __codex_needs -a series -d 'The series of your libraries'
complete -c codex -n __codex_needs -a books -d 'Single comics, manga and ebooks'
complete -c codex -n __codex_needs -a pages -d 'The pages of a book'
complete -c codex -n __codex_needs -a covers -d 'The covers of books and series'
complete -c codex -n __codex_needs -a users -d 'The people who may sign in'
complete -c codex -n __codex_needs -a api-keys -d 'What programs sign in with, in place of a user'
complete -c codex -n __codex_needs -a doctor -d 'Tell what works on this computer and what is missing'
complete -c codex -n __codex_needs -a config -d 'The settings and where each comes from'
complete -c codex -n __codex_needs -a db -d 'The catalog file: check, back up, restore'
complete -c codex -n __codex_needs -a openapi -d 'The description of the REST API, for tools that read one'
complete -c codex -n __codex_needs -l data-dir -r -d 'Where the catalog is kept (CODEX_DATA_DIR).'
complete -c codex -n __codex_needs -l config -r -d 'The file of settings (CODEX_CONFIG).'
complete -c codex -n __codex_needs -l allow-network-db -d 'Open a catalog on a network file system all the same.'
complete -c codex -n __codex_needs -l version -d 'Tell the version.'
complete -c codex -n __codex_needs -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at scan' -l deep -d 'Read every file again, changed or not.'
complete -c codex -n '__codex_at scan' -l plan -d 'Tell what a scan would do, and do nothing.'
complete -c codex -n '__codex_at scan' -l allow-missing -d 'Believe it when a great many files are gone.'
complete -c codex -n '__codex_at scan' -s q -l quiet -d 'Say nothing unless something fails.'
complete -c codex -n '__codex_at scan' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at scan' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at scan' -F
complete -c codex -n '__codex_at demo' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at demo' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at demo' -F
complete -c codex -n '__codex_at serve' -l host -x -d 'Address to listen on (application.host); 0.0.0.0 is every one.'
complete -c codex -n '__codex_at serve' -l port -x -d 'Port to listen on (application.port); 0 takes a free one.'
complete -c codex -n '__codex_at serve' -l workers -x -d 'Web processes; one a core, at most two.'
complete -c codex -n '__codex_at serve' -l no-tasks -d 'Leave background tasks to others; no server works on any yet.'
complete -c codex -n '__codex_at serve' -l config -r -d 'The file of settings (CODEX_CONFIG).'
complete -c codex -n '__codex_at serve' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at serve' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at serve' -F
complete -c codex -n '__codex_needs libraries' -a list -d 'List the libraries'
complete -c codex -n '__codex_needs libraries' -a show -d 'Show one library and its rules'
complete -c codex -n '__codex_needs libraries' -a create -d 'Make a library of a folder, named after it unless told; scan it next'
complete -c codex -n '__codex_needs libraries' -a update -d 'Change a library; what is not named stays as it is'
complete -c codex -n '__codex_needs libraries' -a delete -d 'Forget a library and all that is known of its books; no file is touched'
complete -c codex -n '__codex_needs libraries' -a preview -d 'Show the series that a folder would make; stores nothing, opens no book'
complete -c codex -n '__codex_needs libraries' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at libraries list' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at libraries list' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at libraries list' -F
complete -c codex -n '__codex_at libraries show' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at libraries show' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at libraries show' -F
complete -c codex -n '__codex_at libraries create' -l name -x -d 'Its name.'
complete -c codex -n '__codex_at libraries create' -l description -x -d 'A note about it.'
complete -c codex -n '__codex_at libraries create' -l series-strategy -x -a 'series_volume series_volume_chapter flat publisher_hierarchy calibre custom' -d 'How folders and names make series.'
complete -c codex -n '__codex_at libraries create' -l series-config -x -d 'Options of the series strategy.'
complete -c codex -n '__codex_at libraries create' -l book-strategy -x -a 'filename metadata_first smart series_name custom' -d 'Where a book'"'"'s title comes from.'
complete -c codex -n '__codex_at libraries create' -l book-config -x -d 'Options of the book strategy.'
complete -c codex -n '__codex_at libraries create' -l number-strategy -x -a 'file_order metadata filename smart' -d 'Where a book'"'"'s number comes from.'
complete -c codex -n '__codex_at libraries create' -l number-config -x -d 'Options of the number strategy.'
complete -c codex -n '__codex_at libraries create' -l scanning-config -x -d 'When it is scanned, and how.'
complete -c codex -n '__codex_at libraries create' -l format -x -d 'Only files of this format (repeatable).'
complete -c codex -n '__codex_at libraries create' -l exclude -x -d 'Leave out paths like this (repeatable).'
complete -c codex -n '__codex_at libraries create' -l reading-direction -x -a 'ltr rtl ttb webtoon' -d 'For books that do not tell.'
complete -c codex -n '__codex_at libraries create' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at libraries create' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at libraries create' -F
complete -c codex -n '__codex_at libraries update' -l name -x -d 'Its name.'
complete -c codex -n '__codex_at libraries update' -l folder -r -d 'Where its books are now.'
complete -c codex -n '__codex_at libraries update' -l description -x -d 'A note about it.'
complete -c codex -n '__codex_at libraries update' -l book-strategy -x -a 'filename metadata_first smart series_name custom' -d 'Where a book'"'"'s title comes from.'
complete -c codex -n '__codex_at libraries update' -l book-config -x -d 'Options of the book strategy.'
complete -c codex -n '__codex_at libraries update' -l number-strategy -x -a 'file_order metadata filename smart' -d 'Where a book'"'"'s number comes from.'
complete -c codex -n '__codex_at libraries update' -l number-config -x -d 'Options of the number strategy.'
complete -c codex -n '__codex_at libraries update' -l scanning-config -x -d 'When it is scanned, and how.'
complete -c codex -n '__codex_at libraries update' -l format -x -d 'Only files of this format (repeatable).'
complete -c codex -n '__codex_at libraries update' -l exclude -x -d 'Leave out paths like this (repeatable).'
complete -c codex -n '__codex_at libraries update' -l reading-direction -x -a 'ltr rtl ttb webtoon' -d 'For books that do not tell.'
complete -c codex -n '__codex_at libraries update' -l active -l inactive -d 'Whether it is in use.'
complete -c codex -n '__codex_at libraries update' -l clear -x -d 'Empty this field, let scans fill it (repeatable).'
complete -c codex -n '__codex_at libraries update' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at libraries update' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at libraries update' -F
complete -c codex -n '__codex_at libraries delete' -s y -l yes -d 'Do not ask.'
complete -c codex -n '__codex_at libraries delete' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at libraries delete' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at libraries delete' -F
complete -c codex -n '__codex_at libraries preview' -l series-strategy -x -a 'series_volume series_volume_chapter flat publisher_hierarchy calibre custom' -d 'How folders and names make series.'
complete -c codex -n '__codex_at libraries preview' -l series-config -x -d 'Options of the series strategy.'
complete -c codex -n '__codex_at libraries preview' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at libraries preview' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at libraries preview' -F
complete -c codex -n '__codex_needs series' -a list -d 'List series, by name unless told'
complete -c codex -n '__codex_needs series' -a search -d 'Find series by words of their title'
complete -c codex -n '__codex_needs series' -a show -d 'Show one series and its books'
complete -c codex -n '__codex_needs series' -a update -d 'Change a series; scans keep what was changed here'
complete -c codex -n '__codex_needs series' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at series list' -l library -x -d 'Only in this library.'
complete -c codex -n '__codex_at series list' -l sort -x -d 'What to sort by; ,desc turns it round.'
complete -c codex -n '__codex_at series list' -l limit -x -d 'How many rows at most.'
complete -c codex -n '__codex_at series list' -l page -x -d 'Which page of the list; 0 is the first.'
complete -c codex -n '__codex_at series list' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at series list' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at series list' -F
complete -c codex -n '__codex_at series search' -l library -x -d 'Only in this library.'
complete -c codex -n '__codex_at series search' -l limit -x -d 'How many rows at most.'
complete -c codex -n '__codex_at series search' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at series search' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at series search' -F
complete -c codex -n '__codex_at series show' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at series show' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at series show' -F
complete -c codex -n '__codex_at series update' -l title -x -d 'Its title.'
complete -c codex -n '__codex_at series update' -l title-sort -x -d 'What it sorts by.'
complete -c codex -n '__codex_at series update' -l summary -x -d 'What it is about.'
complete -c codex -n '__codex_at series update' -l publisher -x -d 'Its publisher.'
complete -c codex -n '__codex_at series update' -l imprint -x -d 'The publisher'"'"'s label.'
complete -c codex -n '__codex_at series update' -l status -x -d 'ongoing, ended, hiatus or abandoned.'
complete -c codex -n '__codex_at series update' -l age-rating -x -d 'From this age.'
complete -c codex -n '__codex_at series update' -l language -x -d 'A code as en or pt-BR.'
complete -c codex -n '__codex_at series update' -l reading-direction -x -a 'ltr rtl ttb webtoon' -d 'As read.'
complete -c codex -n '__codex_at series update' -l year -x -d 'When it began.'
complete -c codex -n '__codex_at series update' -l total-book-count -x -d 'How many books there are in all.'
complete -c codex -n '__codex_at series update' -l genre -x -d 'All its genres (repeatable).'
complete -c codex -n '__codex_at series update' -l tag -x -d 'All its tags (repeatable).'
complete -c codex -n '__codex_at series update' -l clear -x -d 'Empty this field, let scans fill it (repeatable).'
complete -c codex -n '__codex_at series update' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at series update' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at series update' -F
complete -c codex -n '__codex_needs books' -a list -d 'List books, by title unless told; those of one series by number'
complete -c codex -n '__codex_needs books' -a search -d 'Find books by words of their title or file name'
complete -c codex -n '__codex_needs books' -a show -d 'Show one book and what its file says about it'
complete -c codex -n '__codex_needs books' -a explain -d 'Tell where each field of a book comes from, and why it is in its series'
complete -c codex -n '__codex_needs books' -a update -d 'Change a book; scans keep what was changed here'
complete -c codex -n '__codex_needs books' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at books list' -l library -x -d 'Only in this library.'
complete -c codex -n '__codex_at books list' -l series -x -d 'Only of this series.'
complete -c codex -n '__codex_at books list' -l sort -x -d 'What to sort by; ,desc turns it round.'
complete -c codex -n '__codex_at books list' -l limit -x -d 'How many rows at most.'
complete -c codex -n '__codex_at books list' -l page -x -d 'Which page of the list; 0 is the first.'
complete -c codex -n '__codex_at books list' -l missing -d 'Show books whose file is gone as well.'
complete -c codex -n '__codex_at books list' -l unreadable -d 'Show only books whose file is bad.'
complete -c codex -n '__codex_at books list' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at books list' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at books list' -F
complete -c codex -n '__codex_at books search' -l library -x -d 'Only in this library.'
complete -c codex -n '__codex_at books search' -l limit -x -d 'How many rows at most.'
complete -c codex -n '__codex_at books search' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at books search' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at books search' -F
complete -c codex -n '__codex_at books show' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at books show' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at books show' -F
complete -c codex -n '__codex_at books explain' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at books explain' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at books explain' -F
complete -c codex -n '__codex_at books update' -l title -x -d 'Its title.'
complete -c codex -n '__codex_at books update' -l number -x -d 'Its place in the series.'
complete -c codex -n '__codex_at books update' -l set -x -d 'Any other field, as year=1996; repeat writers=NAME for each.'
complete -c codex -n '__codex_at books update' -l clear -x -d 'Empty this field, let scans fill it (repeatable).'
complete -c codex -n '__codex_at books update' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at books update' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at books update' -F
complete -c codex -n '__codex_needs pages' -a list -d 'List the pages of a book in reading order'
complete -c codex -n '__codex_needs pages' -a get -d 'Write one page as an image: as stored, or smaller, or in another format'
complete -c codex -n '__codex_needs pages' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at pages list' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at pages list' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at pages list' -F
complete -c codex -n '__codex_at pages get' -s o -l output -r -d 'Where to; - is stdout.'
complete -c codex -n '__codex_at pages get' -l width -x -d 'At most this wide, in pixels.'
complete -c codex -n '__codex_at pages get' -l height -x -d 'At most this high, in pixels.'
complete -c codex -n '__codex_at pages get' -l format -x -a 'jpeg png webp' -d 'As stored unless told.'
complete -c codex -n '__codex_at pages get' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at pages get' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at pages get' -F
complete -c codex -n '__codex_needs covers' -a get -d 'Write a cover as a JPEG image'
complete -c codex -n '__codex_needs covers' -a show -d 'Draw a cover in the terminal'
complete -c codex -n '__codex_needs covers' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at covers get' -s o -l output -r -d 'Where to; - is stdout.'
complete -c codex -n '__codex_at covers get' -l size -x -d 'Its longer side, in pixels.'
complete -c codex -n '__codex_at covers get' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at covers get' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at covers get' -F
complete -c codex -n '__codex_at covers show' -l columns -x -d 'At most this many columns.'
complete -c codex -n '__codex_at covers show' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at covers show' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at covers show' -F
complete -c codex -n '__codex_needs users' -a list -d 'List the users by name'
complete -c codex -n '__codex_needs users' -a show -d 'Show one user and what they may do'
complete -c codex -n '__codex_needs users' -a create -d 'Make a user; the password is asked for twice and not shown'
complete -c codex -n '__codex_needs users' -a update -d 'Change a user; what is not named stays as it is'
complete -c codex -n '__codex_needs users' -a passwd -d 'Give a user a new password and end all their sessions; API keys stay'
complete -c codex -n '__codex_needs users' -a delete -d 'Delete a user with their API keys and all they did here'
complete -c codex -n '__codex_needs users' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at users list' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at users list' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at users list' -F
complete -c codex -n '__codex_at users show' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at users show' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at users show' -F
complete -c codex -n '__codex_at users create' -l email -x -d 'The e-mail address.'
complete -c codex -n '__codex_at users create' -l admin -d 'May do everything, others only read.'
complete -c codex -n '__codex_at users create' -l permission -x -d 'What it may do, as books-read (repeatable), or the word none.'
complete -c codex -n '__codex_at users create' -l password-stdin -d 'Read the password from stdin, do not ask for it.'
complete -c codex -n '__codex_at users create' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at users create' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at users create' -F
complete -c codex -n '__codex_at users update' -l name -x -d 'What to sign in with.'
complete -c codex -n '__codex_at users update' -l email -x -d 'The e-mail address.'
complete -c codex -n '__codex_at users update' -l admin -l no-admin -d 'May do everything, or only read from now on.'
complete -c codex -n '__codex_at users update' -l active -l inactive -d 'May sign in, or not for now.'
complete -c codex -n '__codex_at users update' -l permission -x -d 'What it may do, as books-read (repeatable), or the word none.'
complete -c codex -n '__codex_at users update' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at users update' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at users update' -F
complete -c codex -n '__codex_at users passwd' -l password-stdin -d 'Read the password from stdin, do not ask for it.'
complete -c codex -n '__codex_at users passwd' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at users passwd' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at users passwd' -F
complete -c codex -n '__codex_at users delete' -s y -l yes -d 'Do not ask.'
complete -c codex -n '__codex_at users delete' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at users delete' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at users delete' -F
complete -c codex -n '__codex_needs api-keys' -a list -d 'List the API keys of a user or of all'
complete -c codex -n '__codex_needs api-keys' -a show -d 'Show one API key and what it may do, not its secret'
complete -c codex -n '__codex_needs api-keys' -a create -d 'Make an API key and print it, this once; it may do all that its user may'
complete -c codex -n '__codex_needs api-keys' -a update -d 'Change an API key; what is not named stays as it is'
complete -c codex -n '__codex_needs api-keys' -a revoke -d 'End an API key for good; update --inactive ends it for now'
complete -c codex -n '__codex_needs api-keys' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at api-keys list' -l user -x -d 'Only a key of this user.'
complete -c codex -n '__codex_at api-keys list' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at api-keys list' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at api-keys list' -F
complete -c codex -n '__codex_at api-keys show' -l user -x -d 'Only a key of this user.'
complete -c codex -n '__codex_at api-keys show' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at api-keys show' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at api-keys show' -F
complete -c codex -n '__codex_at api-keys create' -l user -x -d 'Who it signs in as.'
complete -c codex -n '__codex_at api-keys create' -l permission -x -d 'What it may do, as books-read (repeatable), or the word none.'
complete -c codex -n '__codex_at api-keys create' -l expires -x -d 'A date, a number of days as 90d, or never.'
complete -c codex -n '__codex_at api-keys create' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at api-keys create' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at api-keys create' -F
complete -c codex -n '__codex_at api-keys update' -l user -x -d 'Only a key of this user.'
complete -c codex -n '__codex_at api-keys update' -l name -x -d 'What it is for.'
complete -c codex -n '__codex_at api-keys update' -l permission -x -d 'What it may do, as books-read (repeatable), or the word none.'
complete -c codex -n '__codex_at api-keys update' -l expires -x -d 'A date, a number of days as 90d, or never.'
complete -c codex -n '__codex_at api-keys update' -l active -l inactive -d 'Accepted, or not for now.'
complete -c codex -n '__codex_at api-keys update' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at api-keys update' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at api-keys update' -F
complete -c codex -n '__codex_at api-keys revoke' -l user -x -d 'Only a key of this user.'
complete -c codex -n '__codex_at api-keys revoke' -s y -l yes -d 'Do not ask.'
complete -c codex -n '__codex_at api-keys revoke' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at api-keys revoke' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at api-keys revoke' -F
complete -c codex -n '__codex_at doctor' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at doctor' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at doctor' -F
complete -c codex -n '__codex_needs config' -a show -d 'Show every setting with its value and its source; secrets are masked'
complete -c codex -n '__codex_needs config' -a path -d 'Tell where the settings file and the data are'
complete -c codex -n '__codex_needs config' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at config show' -l changed -d 'Only those that are not the default.'
complete -c codex -n '__codex_at config show' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at config show' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at config show' -F
complete -c codex -n '__codex_at config path' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at config path' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at config path' -F
complete -c codex -n '__codex_needs db' -a check -d 'Check the file, its counters and indexes; changes nothing unless told'
complete -c codex -n '__codex_needs db' -a info -d 'Show where the catalog is, how large, and what it holds'
complete -c codex -n '__codex_needs db' -a backup -d 'Copy the catalog while it is in use, then check the copy'
complete -c codex -n '__codex_needs db' -a restore -d 'Put a backup in the catalog'"'"'s place; the present one is kept beside it'
complete -c codex -n '__codex_needs db' -a vacuum -d 'Give the room that deleted rows left back to the disk'
complete -c codex -n '__codex_needs db' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at db check' -l repair -d 'Rebuild what is off.'
complete -c codex -n '__codex_at db check' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at db check' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at db check' -F
complete -c codex -n '__codex_at db info' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at db info' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at db info' -F
complete -c codex -n '__codex_at db backup' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at db backup' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at db backup' -F
complete -c codex -n '__codex_at db restore' -s y -l yes -d 'Do not ask.'
complete -c codex -n '__codex_at db restore' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at db restore' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at db restore' -F
complete -c codex -n '__codex_at db vacuum' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at db vacuum' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at db vacuum' -F
complete -c codex -n '__codex_needs openapi' -a export -d 'Print the description, or write it to a file; needs no server and no catalog'
complete -c codex -n '__codex_needs openapi' -s o -l output -r -d 'Where to; - is stdout.'
complete -c codex -n '__codex_needs openapi' -s f -l format -x -a 'json yaml' -d 'As the file is called unless told, or json.'
complete -c codex -n '__codex_needs openapi' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_needs openapi' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at openapi export' -s o -l output -r -d 'Where to; - is stdout.'
complete -c codex -n '__codex_at openapi export' -s f -l format -x -a 'json yaml' -d 'As the file is called unless told, or json.'
complete -c codex -n '__codex_at openapi export' -l json -d 'Print JSON with the API'"'"'s field names.'
complete -c codex -n '__codex_at openapi export' -s h -l help -d 'Show this message and exit.'
complete -c codex -n '__codex_at openapi export' -F
