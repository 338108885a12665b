//! The codes of errors.

use super::codes;

codes! {
    /// Why a call failed, more exactly than its kind. Marketplaces have codes of their own.
    pub enum ErrorCode;

    // Their lines are among the kinds.
    programs "":

    "network" = Network []
        "No answer came."
        "";
    "timeout" = Timeout []
        "The time was over."
        "";
    "aborted" = Aborted []
        "The caller ended the call."
        "";

    programs "Arguments, options and the module":

    "invalid_input" = InvalidInput []
        "Arguments break rules; `violations` has all of them."
        "Correct each field, as its `hint` says.";
    "invalid_configuration" = InvalidConfiguration []
        "Options of the client or of the call cannot work; `violations` has all of them."
        "Correct each option, as its `hint` says.";
    "invalid_options" = InvalidOptions []
        "An option of this call has a value that it cannot have."
        "Give one of the values that `message` names, or leave it out.";
    "keys_in_page" = KeysInPage []
        "Keys were given in a page, where everyone can read them."
        "Use `gateway`, or `dangerouslyAllowBrowser: true` in a page that only you can open.";
    "gateway_not_absolute" = GatewayNotAbsolute []
        "`gateway` is relative, and there is no page to resolve it on."
        "Give the whole URL.";
    "unknown_marketplace" = UnknownMarketplace []
        "There is no marketplace with this id."
        "Use one of the ids in `MarketplaceId`.";
    "unknown_method" = UnknownMethod []
        "The marketplace has no method with this name."
        "Use a name of the client's methods.";
    "not_started" = NotStarted []
        "`seller-tickets/slim` was used before its module was there."
        "`await start(…)` first.";
    "wasm_unavailable" = WasmUnavailable []
        "The wasm module could not be loaded or compiled."
        "In a page, allow `'wasm-unsafe-eval'` in `script-src`; in a Worker, import \
         `seller-tickets/workerd`; with `slim`, check the address.";
    "wasm_trap" = WasmTrap []
        "The wasm module stopped twice on the same input; `message` names its function. It was \
         started afresh."
        "Other calls go on. Please report the input.";
    "url_changed" = UrlChanged []
        "The runtime writes the request's URL in another way than it was signed."
        "Write `baseUrl` plainly: lower case, no port that is the normal one.";
    "request_not_built" = RequestNotBuilt []
        "The runtime refused the request, for example because of a header."
        "See `cause`.";
    "not_advanced" = NotAdvanced []
        "The module could not go on with the call."
        "See `cause`, and please report it.";
    "body_not_hashed" = BodyNotHashed []
        "A body that the signature covers was not hashed."
        "Please report it: this should not happen.";
    "unexpected_step" = UnexpectedStep []
        "The call ended in a way that it cannot end."
        "Please report it: this should not happen.";
    "ensure_impossible" = EnsureImpossible []
        "`ensure` was given to a method where reading cannot tell what became of it."
        "Leave it out, and read the ticket before you repeat.";
    "ensure_too_many" = EnsureTooMany []
        "There are more items than `ensure` can read. Nothing was sent."
        "Leave `ensure` out, and read the ticket before you repeat.";
    "no_session" = NoSession []
        "These credentials need no session."
        "Do not ask for one.";
    "tokens_not_saved" = TokensNotSaved []
        "Your token store did not take the new tokens. They are kept in memory and saved at the \
         next call."
        "Correct the store: `cause` is what it threw. Then call again.";
    "tokens_not_loaded" = TokensNotLoaded []
        "`load` of your token store failed, or did not answer in time. Nothing was renewed."
        "Correct the store: `cause` is what it threw. Then call again.";
    "tokens_not_locked" = TokensNotLocked []
        "`withLock` of your token store failed, did not give the lock in time, or did not call its \
         function. Nothing was renewed."
        "Correct the store: `cause` is what it threw. Then call again.";

    programs "Files":

    "body_broken" = BodyBroken []
        "A file could not be read any more while it was sent, or the body of a request to the \
         gateway broke off."
        "Choose the file again; see `cause`.";
    "already_read" = AlreadyRead []
        "A downloaded file was read a second time."
        "Keep what the first reading returned.";
    "upload_failed" = UploadFailed []
        "An upload failed on this side."
        "See `cause`.";
    "uploads_incomplete" = UploadsIncomplete []
        "The ticket or reply was accepted, but not all of its files were uploaded."
        "`resumeUploads(error)`; `uploadsOf(error)` says which.";
    "not_resumable" = NotResumable []
        "The files of this error are not at hand."
        "Upload those that are missing with `uploadAttachment`.";

    programs "On the way":

    "attempt_timeout" = AttemptTimeout []
        "One attempt took longer than `timeoutMs`."
        "As for `timeout`.";
    "total_timeout" = TotalTimeout []
        "The call took longer than `totalTimeoutMs`, with all its attempts and waits."
        "As for `timeout`.";
    "no_connection" = NoConnection []
        "Other calls of this client used all its connections for the whole time."
        "Make fewer calls at once, or raise `maxInFlight` where the runtime allows it.";
    "no_turn" = NoTurn []
        "The rate limit, or other writes to the same ticket, left no turn within the call's time."
        "Come again later, or give more time.";
    "request_refused" = RequestRefused []
        "The `fetch` that was given refused what it was called with, or the host has none; nothing \
         was sent."
        "Give one that is called as `fetch(url, init)`.";
    "redirect" = Redirect []
        "The answer was a redirect to where nothing is read from."
        "Check `baseUrl`, or `gateway`.";

    programs "Answers":

    "unexpected_shape" = UnexpectedShape []
        "The answer is not as the marketplace documents it; `message` names the field, except for \
         the method `session`."
        "The marketplace may have changed: look for a newer version of this package, or report it.";
    "invalid_json" = InvalidJson []
        "The answer is not valid JSON."
        "See `body` for what came in its place (not for the method `session`).";
    "invalid_xml" = InvalidXml []
        "The answer is not XML in UTF-8."
        "See `body` for what came in its place.";
    "empty_body" = EmptyBody []
        "The answer has no body where one is needed."
        "After a write, read the ticket.";
    "web_page" = WebPage []
        "A web page came in place of the answer to a write: something in between sent it."
        "Read the ticket before you write again; look for a proxy or a sign-in page.";
    "error_answer" = ErrorAnswer []
        "The status says success, but the answer is an error."
        "See `body`. After a write, read the ticket before you write again.";
    "unexpected_answer" = UnexpectedAnswer []
        "The answer to a write without a result is neither empty nor JSON, so it does not show \
         success."
        "See `body`; read the ticket before you write again.";
    "unreadable_answer" = UnreadableAnswer []
        "The body of the answer could not be read, or is too large."
        "After a write, read the ticket.";
    "no_answer" = NoAnswer []
        "The call ended without an answer."
        "Please report it: this should not happen.";
    "tokens_refused" = TokensRefused []
        "The marketplace refused each new token, so no further one is requested: each may use up a \
         refresh token."
        "Check the rights of the application; let the seller consent again.";
    "no_access_token" = NoAccessToken []
        "The answer to a request for tokens has none. It is not shown, because it may hold tokens \
         in another place."
        "Check the app's rights at the marketplace, and `tokenUrl`.";
    "not_a_page" = NotAPage []
        "The answer to a list is not a page of one."
        "As for `unexpected_shape`.";
    "pages_repeat" = PagesRepeat []
        "Page after page brought nothing new: the page's number does not reach the marketplace."
        "Look for a proxy or a gateway that drops headers or parameters.";
    "edge_page" = EdgePage []
        "A page of the marketplace's network came in place of the API's answer (Magalu)."
        "Try again later.";
    "transaction_pending" = TransactionPending []
        "The transaction is not over within the time (Magalu)."
        "Follow it again with `followTransaction`.";
    "transaction_failed" = TransactionFailed []
        "The transaction failed (Magalu); `message` has the marketplace's reason."
        "Correct it and create the ticket anew.";
    "transaction_cancelled" = TransactionCancelled []
        "The transaction was cancelled (Magalu)."
        "Look for the ticket before you create it anew.";
    "no_ticket_id" = NoTicketId []
        "The transaction is completed, but does not tell the ticket's id (Magalu)."
        "Look for the ticket in `listTickets`.";

    programs "Gateway and uploads":

    "not_a_gateway" = NotAGateway []
        "What answered is no gateway of this package."
        "Check `gateway`; look for a proxy, a sign-in page or a static host at this address.";
    "gateway_error" = GatewayError []
        "The gateway answered with an error that does not say more."
        "See `status` and the gateway's log.";
    "gateway_failed" = GatewayFailed []
        "The gateway failed. The page is told no more."
        "See what its `onError` was told.";
    "gateway_limit" = GatewayLimit []
        "Your own `limit` refused the request."
        "Come again after `retryAfterMs`, where there is one.";
    "class_missing" = ClassMissing []
        "An account is given as options, and the gateway has no class to make its client with."
        "Give `classes: [Kaufland]` to `createGateway`, with the marketplace's class from any \
         entry, or give a client.";
    "gateway_behind_gateway" = GatewayBehindGateway []
        "The gateway's account is itself a client of a gateway."
        "Give an account with keys.";
    "no_authorize" = NoAuthorize []
        "The gateway has no `authorize`, so it forwards nothing."
        "Give one.";
    "not_authorized" = NotAuthorized []
        "There is no such account, or `authorize` did not let the caller use it."
        "Sign in, or correct `authorize`.";
    "not_allowed" = NotAllowed []
        "`authorize` let the caller use the account, and its `access` or `allows` not this method."
        "Ask for the right, or correct `authorize`.";
    "no_route" = NoRoute []
        "The address is none of the gateway's, or of the route for uploads."
        "Check `basePath` or `path`, and the method.";
    "no_file" = NoFile []
        "There is no such file in the bucket."
        "Check the address.";
    "foreign_origin" = ForeignOrigin []
        "The page's origin is neither the gateway's own nor one of `allowedOrigins`; `message` \
         names both."
        "Add it, if the page is yours. Behind a proxy for development, keep the host: Vite's \
         shorthand `\"/api\": \"http://…\"` changes it, and `{ target: \"http://…\", changeOrigin: \
         false }` does not.";
    "repeated_request" = RepeatedRequest []
        "A browser or a proxy sent this write twice; this is the second copy, and the first may \
         have been carried out."
        "Read the ticket before you write again.";
    "nonce_store_failed" = NonceStoreFailed []
        "The gateway could not tell whether this write has come before, and did not forward it."
        "Read the ticket before you write again; correct the `nonceStore`.";
    "body_timeout" = BodyTimeout []
        "The request's body did not arrive at the gateway in time."
        "Try again, or raise `bodyTimeoutMs`.";
    "not_stored" = NotStored []
        "The bucket did not take the file."
        "Try again later; see what `onError` was told.";

    programs "Desk":

    "unknown_ticket" = UnknownTicket []
        "The desk has no such ticket or account, or the caller may not see it."
        "Check the key, and what `authorize` returns.";
    "unknown_letter" = UnknownLetter []
        "The desk has no such letter, or the caller may not see it."
        "Give what `do` returned.";
    "ticket_changed" = TicketChanged []
        "The ticket is another one than the `expect` of `do`."
        "Read it again, and let the person decide anew.";
    "unknown_file" = UnknownFile []
        "The ticket has no such file, or it cannot be fetched."
        "Read the ticket again; its files have the ids.";
    "file_not_there" = FileNotThere []
        "The marketplace does not have the file, or not yet: some files are announced first."
        "Try again later.";
    "id_taken" = IdTaken []
        "The `id` of `do` belongs to another letter."
        "Give each letter an id of its own, such as a UUID.";
    "too_late" = TooLate []
        "The letter cannot be undone any more."
        "Read the ticket; `message` names the letter's state.";
    "too_many_changes" = TooManyChanges []
        "Others kept changing the same ticket."
        "Try again.";
    "desk_in_page" = DeskInPage []
        "A page was to have a desk of its own."
        "Give `remote`; accounts and store belong on your server.";
    "store_failed" = StoreFailed []
        "The desk's store did not answer, or threw."
        "See `cause`; try again later.";
    "store_unreadable" = StoreUnreadable []
        "The store gave back something else than the desk had stored."
        "Check a store of your own with `storeChecks`.";
    "no_binding" = NoBinding []
        "The desk's Worker lacks a binding."
        "Add it to `wrangler.jsonc`, or name yours in `bindings`.";
    "schema_too_new" = SchemaTooNew []
        "The desk's tables are of a later version of this package."
        "Update the package wherever it uses this database.";
}
