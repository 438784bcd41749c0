# Adding from a file: /imports and the report of the command line.
imports-lead = Copy the table in Excel and paste it here. Look first, then add.
imports-kind = What the table holds
imports-table = Table
imports-table-hint = The first row must hold the names of the columns. Up to 256 KB at a time.
imports-look = Look first
imports-columns-title = Names of the columns
imports-columns-people = People: name, father's name, unit code (or block), mobile, email, previous party, joining date, admitted by, language, gender, constituency code, reference.
imports-columns-units = Units: code, name_hi, name_en, level, parent, constituency, census_code, population, contact_name, contact_phone.
imports-cli = For a larger file: prashikshan people import FILE.csv
imports-look-title = { $rows } rows: this is what would happen
imports-result-title = The table was added
imports-created = New
imports-updated = Changed
imports-unchanged = The same already
imports-refused = Not added
imports-errors = These rows have errors and are not added
imports-notes = Please note
imports-row = Row
imports-column = Column
imports-value = It says
imports-reason = Reason
imports-more = There are { $count } more errors. The file has them all.
imports-refused-file = Download the rows with errors
imports-sample = The first rows of the table
imports-confirm = Add { $count } rows
imports-nothing = There is nothing to add or change.
imports-another = Add another table
imports-dry-run = Only looked: nothing was saved.
imports-summary = new { $created }, changed { $updated }, the same already { $unchanged }, refused { $refused }, not selected { $left }
imports-column-line = { $field }: column { $header }

## Errors of rows
error-row-too-long = The row has more cells than there are columns.
error-repeated = This stands in row { $row } already.
error-outside = This is outside your units.
error-phone-excel = Excel has changed the digits of this number. Make the column Text and enter the number again.
error-gender = Write female, male or other.
error-unit-unknown-near = This unit was not found. Nearest: { $near }.
error-field-unknown = There is no field { $name }. Nearest: { $near }.
error-header-unknown = The file has no column { $name }. Nearest: { $near }.

## Notes
note-cells-cleaned = Column { $column }: stray blanks or hidden characters were removed from { $count } cells.
note-headers-cleaned = { $count } column names were cleaned.
note-header-twice = Column { $column } stands twice in the file. The first was taken; write { $column }#2 for the second.
note-blank-lines = { $count } empty lines were skipped.
note-short-rows = { $count } rows had too few cells; the missing ones count as empty.
note-empty-cells = Column { $column }: { $count } cells are empty.
note-name-differs = The file calls the unit above { $said }; here it is { $kept } ({ $code }).
note-same-name = The name { $name } stands twice in one place ({ $first }, { $second }).
note-roots = { $count } units were added at the top, with no unit above them.
note-levels-made = There were no levels, so the usual ones were made.
note-namesakes = { $count } new people have the name, unit and number of somebody who is here already.
