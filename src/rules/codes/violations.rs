//! The codes of violations.

use super::codes;

codes! {
    /// The rule that an input breaks.
    pub enum ViolationCode;

    people "What people write":

    "required" = Required [; known: Names, given: Field]
        "The field is missing or empty."
        "Give it.";
    "too_short" = TooShort [min: Count, length: Count]
        "The text is too short."
        "See `params.min`.";
    "too_long" = TooLong [max: Count, length: Count]
        "The text is too long."
        "See `params.max`.";
    "too_few_items" = TooFewItems [min: Count, length: Count]
        "The list has too few items."
        "Give at least `params.min`.";
    "too_many_items" = TooManyItems [max: Count, length: Count]
        "The list has too many items."
        "Give at most `params.max` at a time.";
    "not_digits" = NotDigits [value: Text]
        "The text has other characters than digits."
        "Give digits alone.";
    "too_many_digits" = TooManyDigits [max: Count, length: Count]
        "The number has too many digits."
        "Give it as the marketplace shows it.";
    "not_an_integer" = NotAnInteger []
        "The number is not whole."
        "Give a whole number.";
    "not_a_decimal" = NotADecimal [value: Text]
        "The text is no decimal number."
        "Write it as `12.50`.";
    "too_many_decimals" = TooManyDecimals [max: Count, value: Decimal]
        "The number has more decimals than it may have."
        "Round it.";
    "out_of_range" = OutOfRange [min: Number, value: Number; max: Number]
        "The whole number is too small or too large."
        "See `params.min` and `params.max`.";
    "percent_out_of_range" = PercentOutOfRange [min: Percent, max: Percent, value: Decimal]
        "The percentage is too small or too large."
        "See `params.min` and `params.max`.";
    "zero_amount" = ZeroAmount [value: Decimal]
        "The amount is zero."
        "Give what is to be paid back, or leave it out.";
    "duplicate" = Duplicate [value: Number]
        "The same number stands in the list twice."
        "Remove one.";
    "unknown_value" = UnknownValue [value: Text, known: Names]
        "The value is not in the documented list."
        "See `params.known`; or `allowUnknownValues: true`, if the list has grown.";
    "invalid_id" = InvalidId [value: Text; min: Count, max: Count]
        "The text is no id as the marketplace makes them."
        "Give the id as it came.";
    "wrong_type" = WrongType [; expected: Name]
        "The value is of another type."
        "See `hint`.";
    "invalid_path_segment" = InvalidPathSegment []
        "The id would change the path of the request."
        "Give the id as it came.";
    "invalid_key" = InvalidKey []
        "The text cannot be a key or a token."
        "Copy it again, without blanks and line breaks.";
    "invalid_receipt" = InvalidReceipt [value: Text]
        "The text is no receipt."
        "Give it as it came.";
    "leading_wildcard" = LeadingWildcard [value: Text]
        "The filter begins with a wildcard."
        "Begin with a character.";
    "invalid_email" = InvalidEmail [value: Text]
        "The text is not one e-mail address."
        "Give one.";
    "invalid_url" = InvalidUrl [value: Text]
        "The text is no URL that can be used here."
        "See `hint`.";
    "invalid_date" = InvalidDate [value: Text]
        "The text is no date."
        "Write it as `2026-03-01`.";
    "invalid_date_time" = InvalidDateTime [value: Text]
        "The text is no date and time."
        "Write it as `2026-03-01T12:00:00Z`.";
    "invalid_holiday" = InvalidHoliday [value: Text]
        "The text is no holiday."
        "Write it as `10-03` for each year, as `2026-12-24` for one day, or as `easter+1`.";
    "range_reversed" = RangeReversed [other: Field; value: Text]
        "The range ends before it begins (ClickBank, Magalu)."
        "Swap the two.";
    "range_too_long" = RangeTooLong [max: Count, length: Count, other: Field]
        "The range is longer than the marketplace allows."
        "Ask for parts of it.";
    "reason_of_other_type" = ReasonOfOtherType [value: Name, known: Names, ticket_type: Name]
        "The reason belongs to another type of ticket."
        "See `params.known`.";
    "refund_only" = RefundOnly [ticket_type: Name]
        "The field is for refunds alone."
        "Leave it out, or open a refund.";
    "partial_only" = PartialOnly []
        "The field is for partial refunds alone."
        "Leave it out, or ask for a partial refund.";
    "no_partial_refund" = NoPartialRefund []
        "A ticket that becomes a refund is paid back in full."
        "Leave the field out.";
    "change_only" = ChangeOnly []
        "The field is for the action `change` alone."
        "Leave it out, or change.";
    "url_too_long" = UrlTooLong [max: Count, length: Count; room: Inner, fits: Count]
        "The parameters make the URL too long (ClickBank)."
        "Shorten them.";
    "not_later" = NotLater []
        "The time is not later than now."
        "Give a later one, in milliseconds since 1970.";
    "action_not_allowed" = ActionNotAllowed [action: Name, why: Name]
        "The ticket of the desk does not allow the action; `params.why` says why."
        "Read the ticket; its `actions` tell what is possible.";
    "more_violations" = MoreViolations [more: Count]
        "There are more violations than are listed: this last one stands for them."
        "Correct the listed ones first; `params.more` says how many more there are.";

    people "Attached files":

    "files_required" = FilesRequired [reason: Name]
        "This reason needs files."
        "Give at least one with every product; or one in all, with `filesPer: \"ticket\"` (Probo).";
    "too_many_files" = TooManyFiles [max: Count, length: Count]
        "There are more files than the marketplace takes."
        "See `params.max`.";
    "file_missing" = FileMissing []
        "The content of a file is missing."
        "Give it with the call.";
    "file_unreadable" = FileUnreadable [; status: Number, file: File]
        "A file could not be read, or the answer that should hold it is no success \
         (`params.status`)."
        "Choose it again; check an answer's `ok` before you attach it.";
    "empty_file" = EmptyFile [; file: File]
        "The file has no content."
        "Choose another.";
    "file_too_large" = FileTooLarge [max: Bytes, size: Bytes; file: File]
        "The file is larger than the marketplace takes."
        "See `params.max`.";
    "too_large" = TooLarge [; max: Bytes, size: Bytes]
        "The whole body, or a file that is downloaded or uploaded, is larger than may be."
        "Send fewer or smaller files.";
    "invalid_filename" = InvalidFilename [value: File; safe: File]
        "The file's name holds what names cannot have."
        "Rename it.";
    "duplicate_filename" = DuplicateFilename [value: File]
        "Another file of the ticket has the same name."
        "Give each file a name of its own.";
    "mime_type_mismatch" = MimeTypeMismatch [declared: Mime, found: Mime; file: File]
        "What the file is said to be is not what its content, or its data URL, says."
        "Name its real type, or leave the type out.";
    "filename_mismatch" = FilenameMismatch [declared: Mime, found: Mime, file: File; ending: Text]
        "The ending of the file's name is not that of its content."
        "Rename it, with the ending `params.ending`.";
    "mime_type_not_allowed" = MimeTypeNotAllowed [value: Mime, known: Mimes; marketplace: Marketplace]
        "The type that `mime_type` or the data URL names is not taken, or is not written as documented."
        "See `params.known`.";
    "unknown_file_type" = UnknownFileType [allowed: Mimes; file: File, declared: Mime, marketplace: Marketplace]
        "The file's content tells no type that is taken here."
        "See `params.allowed`; choose another file.";
    "file_type_not_allowed" = FileTypeNotAllowed [allowed: Mimes, found: Mime; declared: Mime, file: File, marketplace: Marketplace]
        "Files of this type are not taken."
        "See `params.allowed`.";

    programs "What programs give":

    "unknown_field" = UnknownField [known: Names]
        "The method has no such field."
        "See `params.known`, or the type.";
    "unknown_option" = UnknownOption [known: Names]
        "There is no such option here, or not for this method."
        "See `hint`, which names the one that is meant, or `params.known`.";
    "misspelt_name" = MisspeltName [known: Name, name: Name]
        "The parameter has another name."
        "See `hint`.";
    "duration_out_of_range" = DurationOutOfRange [min: Millis, max: Millis]
        "The option is no time in milliseconds that timers take."
        "See `params.min` and `params.max`.";
    "too_deep" = TooDeep []
        "The arguments are nested too deeply, or contain themselves."
        "Give plain data.";
    "unreadable" = Unreadable []
        "The argument cannot be read as plain data."
        "Give plain data.";
    "unwritable_body" = UnwritableBody []
        "A value cannot be written as JSON (Rust programs with types of their own)."
        "Give plain data.";
    "invalid_path" = InvalidPath [value: Text]
        "The path is not one of plain segments."
        "See `hint`.";
    "insecure_url" = InsecureUrl [value: Text]
        "The URL is plain http."
        "Use https; http is for loopback alone.";
    "credentials_in_url" = CredentialsInUrl [value: Text]
        "The URL holds credentials."
        "Give them as options.";
    "default_port" = DefaultPort [value: Text]
        "The URL names the port that its scheme has anyway, which runtimes leave out of what is \
         sent."
        "Leave it out.";
    "foreign_link" = ForeignLink [value: Text]
        "The link is none of this API's."
        "Give it as it came.";
    "invalid_sort" = InvalidSort [value: Text]
        "The list cannot be sorted like this."
        "See `hint`.";
    "invalid_event_type" = InvalidEventType [value: Text]
        "The name is none of an event."
        "See `hint`.";
    "data_url_scheme" = DataUrlScheme []
        "`data` does not begin with `data:`."
        "Write `data:<mime type>;base64,<base64 text>`; `encodeAttachment` does.";
    "data_url_comma" = DataUrlComma []
        "The data URL has no comma before its data."
        "As for `data_url_scheme`.";
    "data_url_mime_type" = DataUrlMimeType []
        "The data URL has no valid MIME type."
        "Write it as `type/subtype`, such as `image/png`.";
    "data_url_parameters" = DataUrlParameters []
        "The data URL has parameters after its MIME type."
        "Remove them, such as `;charset=utf-8` or `;name=label.pdf`.";
    "data_url_not_base64" = DataUrlNotBase64 []
        "The data URL is not marked as base64."
        "Encode the content as base64, and write `;base64` before the comma.";
    "base64_whitespace" = Base64Whitespace [; at: Number]
        "The base64 text has spaces or line breaks; `params.at` says where."
        "Remove them.";
    "base64_url_safe" = Base64UrlSafe [; at: Number]
        "The base64 text is written in the alphabet for URLs."
        "Write `+` for `-`, and `/` for `_`.";
    "base64_character" = Base64Character [; at: Number]
        "A character of the base64 text is none of the alphabet; `params.at` says where."
        "Encode the file again.";
    "base64_padding" = Base64Padding [; at: Number]
        "The base64 text has too few or too many `=` at its end."
        "Encode the file again: it may have been cut.";
    "base64_trailing_bits" = Base64TrailingBits [; at: Number]
        "The base64 text ends in bits that belong to no byte."
        "Encode the file again: it was cut or changed.";
    "file_host_not_allowed" = FileHostNotAllowed []
        "The gateway does not download from there."
        "Add the host to the account's `fileHosts`.";
    "reserved_header" = ReservedHeader [name: Name]
        "The header is set by this package. `authorization` is for clients with a `gateway`."
        "Leave it out; credentials are options.";
    "invalid_header_name" = InvalidHeaderName [name: Name]
        "The text cannot be a header's name."
        "Use letters, digits and hyphens.";
    "invalid_header_value" = InvalidHeaderValue []
        "The text cannot be a header's value."
        "Use printable ASCII without line breaks.";
    "invalid_scope" = InvalidScope [value: Text]
        "The text cannot be a scope."
        "See `hint`.";
    "not_both" = NotBoth []
        "Two options or fields that exclude each other were given."
        "Leave one out.";
    "no_sandbox" = NoSandbox [marketplace: Marketplace]
        "The marketplace has no sandbox."
        "Leave `environment` out, or give a `baseUrl`.";
    "no_consent" = NoConsent []
        "The marketplace has no page of consent."
        "See its page.";
    "no_such_route" = NoSuchRoute []
        "The gateway has no such route."
        "Use the path of a ticket endpoint.";
    "repeated_parameter" = RepeatedParameter [name: Name]
        "The query has the parameter more than once, and it is no list."
        "Give it once.";
    "unexpected_body" = UnexpectedBody []
        "The route takes no such body."
        "Send the endpoint's own.";
    "nonce_required" = NonceRequired []
        "A write to the gateway has no nonce."
        "Call through a client of this package, or add the header.";
}
