/**
 * JTL-SCX's pages, from the marketplace's side: sellers' replies, and tickets to sellers. Tickets
 * themselves cannot be read.
 */
import { useEffect, useState } from "preact/hooks";
import type { ScxAttachment } from "seller-tickets";
import { Choice, FormFoot, FormPane, PaneHead, TextField } from "../fields";
import { AttachmentList, dropped, FilePicker, focusRefused, Progress } from "../files";
import { focusFault } from "../form";
import { ListPane, ReloadButton, RowLink } from "../list";
import type { Market } from "../market";
import { Icon, ProblemBox, Time, Violations } from "../parts";
import { count, type Problem } from "../words";
import { words } from "./client";
import { cancel, files, form, type Outcome, outcome, resume, send, sending, startAnew } from "./new-ticket";
import {
  acknowledge,
  acknowledging,
  download,
  inbox,
  load,
  opened,
  problem,
  type Reply,
  readOnes,
  reload,
  replies,
} from "./replies";
import { go, href, view } from "./route";

const BACK = () => ({ href: href({ name: "inbox" }), name: "Replies" });

function Replies() {
  const list = replies.value;
  const done = readOnes.value.map(({ event }) => event.id);
  return (
    <ListPane
      label="Replies"
      head={
        <div class="toolbar">
          <button type="button" aria-disabled={done.length === 0} onClick={() => void acknowledge(done)}>
            <Icon name="check" /> Acknowledge read{done.length > 0 && <span class="number">{done.length}</span>}
          </button>
          <span class="spring" />
          <ReloadButton onClick={() => void reload()} />
        </div>
      }
      reading={{ loading: inbox.loading.value, failure: inbox.failure.value, isEmpty: list.length === 0 }}
      onRetry={() => void load()}
      foot={
        <p class="quiet pad">
          Replies come about once a minute. Until one is acknowledged, JTL delivers it again, ten times at most.
        </p>
      }
    >
      {list.length === 0 && !inbox.loading.value && !inbox.failure.value && (
        <p class="quiet pad">No replies are waiting.</p>
      )}
      {list.length > 0 && (
        <ul class="rows">
          {list.map((reply) => (
            <Row key={reply.event.id} reply={reply} />
          ))}
        </ul>
      )}
    </ListPane>
  );
}

function Row({ reply }: { reply: Reply }) {
  const { id, createdAt, event } = reply.event;
  const open = view.value;
  const time = event.createdAt ?? createdAt;
  return (
    <RowLink
      id={id}
      href={href({ name: "reply", id })}
      isCurrent={open.name === "reply" && open.id === id}
      isWaiting={!reply.read}
      title={event.message || `Ticket ${event.ticketId}`}
      time={time && <Time iso={time} />}
      facts={
        <>
          <span class="id">{event.ticketId}</span> · seller {event.sellerId}
        </>
      }
      state={reply.read ? "Read" : <span class="badge attention">New</span>}
    />
  );
}

function ReplyPane({ id }: { id: string }) {
  const reply = opened.value;
  if (reply === null) {
    return (
      <article class="ticket" aria-labelledby="ticket-title">
        <PaneHead title="Reply" back={BACK()} />
        <p class="quiet pad">
          {inbox.loading.value
            ? "Reading…"
            : "This reply is not here. It was acknowledged, or JTL will deliver it again in a few minutes."}
        </p>
      </article>
    );
  }
  const { createdAt, event } = reply.event;
  const { sellerId, ticketId, from, message, replyRequested, attachment } = event;
  const time = event.createdAt ?? createdAt;
  const done = async () => {
    if (await acknowledge([id])) go({ view: { name: "inbox" } });
  };
  return (
    <article class="ticket" aria-labelledby="ticket-title">
      <PaneHead title={`Reply to ${ticketId}`} back={BACK()}>
        <div class="actions head-actions">
          <button
            type="button"
            class="primary"
            aria-disabled={acknowledging.value}
            title="Acknowledge (x)"
            onClick={() => void done()}
          >
            <Icon name="check" /> {acknowledging.value ? "Acknowledging…" : "Acknowledge"}
          </button>
        </div>
        <div class="badges">
          <span class={`badge ${replyRequested ? "attention" : ""}`}>
            {replyRequested ? "The seller expects an answer" : "No answer expected"}
          </span>
        </div>
      </PaneHead>
      {problem.value && (
        <div class="pad">
          <ProblemBox problem={problem.value} />
        </div>
      )}
      <div class="ticket-body">
        <section class="thread" aria-label="Messages">
          <ol>
            <li>
              <article class="letter">
                <header>
                  <strong>{from?.name ?? (from?.role ? words.label(from.role) : "Seller")}</strong>
                  {from?.role && from.name && (
                    <span class="role" title={words.explanation("ScxRole", from.role) || undefined}>
                      {words.label(from.role)}
                    </span>
                  )}
                  {time && <Time iso={time} />}
                </header>
                <p class="text">{message}</p>
              </article>
            </li>
          </ol>
        </section>
        <aside class="beside" aria-label="Ticket and files">
          <section>
            <h3>Ticket</h3>
            <dl class="money">
              <dt>Ticket</dt>
              <dd>{ticketId}</dd>
              <dt>Seller</dt>
              <dd>{sellerId}</dd>
            </dl>
            <p>
              <a href={href({ name: "new", sellerId })}>New ticket for this seller</a>
            </p>
          </section>
          <section>
            <h3>{attachment?.length ? count(attachment.length, "file") : "No files"}</h3>
            <ul class="files">
              {(attachment ?? []).map((file) => (
                <li key={file.filename}>
                  <DownloadButton reply={reply} file={file} />
                </li>
              ))}
            </ul>
          </section>
        </aside>
      </div>
    </article>
  );
}

function DownloadButton({ reply, file }: { reply: Reply; file: ScxAttachment }) {
  const [busy, setBusy] = useState(false);
  const [broken, setBroken] = useState<Problem | null>(null);
  const fetchIt = async () => {
    setBusy(true);
    setBroken(await download(reply, file));
    setBusy(false);
  };
  return (
    <>
      <button type="button" class="file" onClick={() => void fetchIt()} aria-disabled={busy}>
        <Icon name="save" />
        <span class="file-name">{file.filename}</span>
        <span class="quiet">
          {busy ? "fetching…" : file.contentType}
          <span class="hidden">, download</span>
        </span>
      </button>
      {broken && <ProblemBox problem={broken} />}
    </>
  );
}

async function submit(): Promise<void> {
  if (await send()) {
    document.getElementById("ticket-title")?.focus();
    return;
  }
  if (form.violations.peek().length > 0) focusFault(form);
  else focusRefused(files);
}

function NewPane({ sellerId }: { sellerId: string }) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    if (sellerId !== "") form.set({ sellerId });
  }, [sellerId]);
  const now = sending.value;
  const { referenceType, replyRequested } = form.values.value;
  const take = (list: FileList | null | undefined): boolean => {
    const taken = [...(list ?? [])];
    if (taken.length > 0 && now === null) void files.add(taken);
    return taken.length > 0;
  };
  if (outcome.value) return <Done outcome={outcome.value} />;
  return (
    <FormPane title="Send a ticket to a seller" back={BACK()} onSubmit={() => void submit()}>
      <TextField
        form={form}
        words={words}
        name="sellerId"
        label="Seller"
        help="The id that the marketplace gave out."
      />
      <TextField
        form={form}
        words={words}
        name="ticketId"
        label="Id of the ticket"
        help="The marketplace's own; the seller's reply names it."
      />
      <Choice form={form} words={words} name="topic" label="Topic" of="ScxTopic" />
      <Choice form={form} words={words} name="from.role" label="Who writes" of="ScxRole" />
      <TextField form={form} words={words} name="from.name" label="Under which name" help="May stay empty." />
      <label for="reference-type">It is about</label>
      <select
        id="reference-type"
        class="own-width"
        value={referenceType}
        onChange={(event) => form.set({ referenceType: event.currentTarget.value })}
      >
        <option value="">Nothing in particular</option>
        {words.values("ScxReferenceType").map((value) => (
          <option key={value} value={value}>
            {words.label(value)}
          </option>
        ))}
      </select>
      {referenceType !== "" && (
        <TextField form={form} words={words} name="reference.id" label={`Id: ${words.label(referenceType)}`} />
      )}
      <TextField form={form} words={words} name="subject" label="Subject" />
      <TextField
        form={form}
        words={words}
        name="message"
        label="Message to the seller"
        rows={6}
        onSubmit={() => void submit()}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={replyRequested}
          onChange={(event) => form.set({ replyRequested: event.currentTarget.checked })}
        />
        An answer is expected
      </label>
      <section class={`drop ${over ? "over" : ""}`} aria-label="Files" {...dropped(setOver, take)}>
        <AttachmentList of={files} words={words} />
        <Violations of={form.of("files")} words={words} />
        <div class="actions">
          <FilePicker of={files} accept="text/plain,application/pdf,.doc,.docx,.xls,.xlsx,image/*" onPick={take} />
          <span class="quiet">or drop them here</span>
        </div>
      </section>
      {now ? (
        <Progress now={now} onCancel={cancel} />
      ) : (
        <FormFoot
          form={form}
          act={["Send ticket", "Sending…"]}
          cancel={href({ name: "inbox" })}
          unsure={<p>SCX has no way to look it up: ask the seller, or send it under another id.</p>}
        />
      )}
    </FormPane>
  );
}

const STATES = { uploaded: "Uploaded", failed: "Not uploaded", pending: "Waiting" };

/** The ticket is there; its files may not be. */
function Done({ outcome: { uploads, error, problem } }: { outcome: Outcome }) {
  const now = sending.value;
  return (
    <section class="ticket" aria-labelledby="ticket-title">
      <PaneHead title={`Ticket ${uploads.ticketId} sent`} back={BACK()} />
      <div class="new-form">
        <p>
          Seller <span class="id">{uploads.sellerId}</span> has it.
          {error && " Not all of its files are there yet."}
        </p>
        {uploads.files.length > 0 && (
          <ul class="steps" aria-label="Files">
            {uploads.files.map(({ filename, status }) => (
              <li key={filename}>
                <p>
                  <span class={`badge ${status === "uploaded" ? "open" : ""}`}>{STATES[status]}</span> {filename}
                </p>
              </li>
            ))}
          </ul>
        )}
        {problem && <ProblemBox problem={problem} />}
        {now && <Progress now={now} onCancel={cancel} />}
        {!now && (
          <div class="actions">
            {error && (
              <button type="button" class="primary" onClick={() => void resume()}>
                Upload what is missing
              </button>
            )}
            <button type="button" class={error ? "" : "primary"} onClick={startAnew}>
              Another ticket
            </button>
          </div>
        )}
      </div>
    </section>
  );
}

function Panes() {
  const open = view.value;
  return (
    <>
      <Replies />
      <div class="detail">
        {open.name === "inbox" && (
          <p class="quiet empty">
            Choose a reply. <kbd>?</kbd> shows the keys.
          </p>
        )}
        {open.name === "reply" && <ReplyPane key={open.id} id={open.id} />}
        {open.name === "new" && <NewPane sellerId={open.sellerId} />}
      </div>
    </>
  );
}

const TITLES = { inbox: "Replies", reply: "Reply", new: "Send a ticket" };

export const market: Market = {
  title: () => TITLES[view.value.name],
  viewKey: () => (view.value.name === "reply" ? view.value.id : view.value.name + (outcome.value ? " sent" : "")),
  isDetail: () => view.value.name !== "inbox",
  Panes,
  create: {
    href: () => href({ name: "new", sellerId: "" }),
    name: "New ticket",
    hint: "Send a ticket to a seller (n)",
  },
  keys: {
    toList() {
      const open = view.peek();
      go({ view: { name: "inbox" } });
      return open.name === "reply" ? open.id : "";
    },
    close() {
      const reply = opened.peek();
      if (reply) void acknowledge([reply.event.id]).then((done) => done && go({ view: { name: "inbox" } }));
    },
    create: () => go({ view: { name: "new", sellerId: "" } }),
    reload: () => void reload(),
  },
};
