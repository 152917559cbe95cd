import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { Waiting } from "./waiting.ts";

/** A mail as the listener got it. */
export interface ReceivedMail extends Pick<Email, "subject" | "text" | "html" | "headers"> {
  /** From the envelope. */
  readonly sender: string;
  /** From the envelope. */
  readonly recipients: readonly string[];
  /** Whether it came over TLS. */
  readonly secure: boolean;
  /** Who had logged in. */
  readonly user: string | null;
}

export interface SmtpListenerOptions {
  /** `none` unless given: plain text alone. */
  readonly tls?: "none" | "starttls" | "implicit";
  /** The login that is wanted; none unless given. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Reply code that refuses a recipient. */
  readonly refuseRecipient?: (address: string) => number | undefined;
  /** Reply code that refuses a mail that was sent to the end. */
  readonly refuseData?: () => number | undefined;
}

/** A mail server on a free port of this machine. */
export interface SmtpListener extends AsyncDisposable {
  readonly port: number;
  /** What came so far. */
  readonly mails: readonly ReceivedMail[];
  /** Connections so far. */
  readonly connections: number;
  /** Waits until `count` mails have come, and returns all of them. */
  received(count: number): Promise<readonly ReceivedMail[]>;
}

/** Starts a real SMTP server that keeps the mails it accepts. */
export async function startSmtpListener(options: SmtpListenerOptions = {}): Promise<SmtpListener> {
  const { refuseRecipient, refuseData } = options;
  const mails: ReceivedMail[] = [];
  const waiting = new Waiting(() => mails.length);
  let connections = 0;

  const server = new SMTPServer({
    ...protocolOf(options),
    onConnect(_session, done) {
      connections++;
      done();
    },
    onAuth(auth, _session, done) {
      const { username, password } = options.login ?? {};
      if (auth.username === username && auth.password === password) done(null, { user: username });
      else done(refusal(535, `no entry for ${auth.username} with ${auth.password}`));
    },
    onRcptTo(address, _session, done) {
      const code = refuseRecipient?.(address.address);
      done(code === undefined ? null : refusal(code, "this recipient is refused"));
    },
    async onData(stream, session, done) {
      const email = await PostalMime.parse(await bytesOf(stream));
      const code = refuseData?.();
      if (code !== undefined) return done(refusal(code, "this mail is refused"));
      const { mailFrom, rcptTo } = session.envelope;
      mails.push({
        ...email,
        sender: mailFrom ? mailFrom.address : "",
        recipients: rcptTo.map(({ address }) => address),
        secure: session.secure,
        user: typeof session.user === "string" ? session.user : null,
      });
      waiting.check();
      done();
    },
  });
  // A client that breaks off is what some tests are about.
  server.on("error", () => {});
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = server.server.address();

  return {
    port: typeof address === "object" && address ? address.port : 0,
    mails,
    get connections() {
      return connections;
    },
    async received(count) {
      await waiting.until(count);
      return mails;
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** A server that accepts connections and never says a word. */
export interface SilentListener extends AsyncDisposable {
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
  /** Waits until `count` connections have come. */
  accepted(count: number): Promise<void>;
}

export function startSilentListener(): SilentListener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.Conn[] = [];
  const waiting = new Waiting(() => connections.length);
  const accepting = (async () => {
    for await (const connection of listener) {
      connections.push(connection);
      waiting.check();
    }
  })();
  return {
    port: listener.addr.port,
    get connections() {
      return connections.length;
    },
    accepted: (count) => waiting.until(count),
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const connection of connections) connection.close();
    },
  };
}

/** A port on which nobody listens. */
export function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function protocolOf({ tls = "none", login }: SmtpListenerOptions): SMTPServerOptions {
  const disabled = [tls === "starttls" ? [] : ["STARTTLS"], login ? [] : ["AUTH"]].flat();
  return {
    secure: tls === "implicit",
    key: TEST_PRIVATE_KEY,
    cert: TEST_CERTIFICATE,
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disabledCommands: disabled,
    disableReverseLookup: true,
    closeTimeout: 1,
    logger: false,
  };
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Blob(await Array.fromAsync(stream, copied)).arrayBuffer());
}

function copied(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(chunk);
}

/** Signed by itself, for `localhost` and 127.0.0.1, until 2126. */
export const TEST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmDCCAT6gAwIBAgIUBnOr4vj1rd0EJVEi7YcPgNUnj3YwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMDE5MTIwN1oYDzIxMjYxMDI3
MTkxMjA3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS09plFjjZykOQ7x5E9yfsUWA51BQgIjhj0qhlyn+le6bHbDkUznkGi
JGcAQi91c+/G1E3OOl+DzbrUfSmK5A9Wo2wwajAdBgNVHQ4EFgQUrH6tF0RknwJG
7um8KmwEAvc8JdIwHwYDVR0jBBgwFoAUrH6tF0RknwJG7um8KmwEAvc8JdIwGgYD
VR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAwGA1UdEwEB/wQCMAAwCgYIKoZIzj0E
AwIDSAAwRQIgVRkkzkRYaNYyXsrJl1ve+7KlyQKgYAdjNdhRaMpYHd0CIQDaoRpw
EOAiXVckJT+wF530jP6tEfMPbSZ4kuikqmHZig==
-----END CERTIFICATE-----
`;

// The key of that certificate: public, like this file, and good for tests alone.
const TEST_PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgX+HaHQL25Eq16Uh7
fJ7LPcV1VkqpYJdN0rLplcTRNRehRANCAAS09plFjjZykOQ7x5E9yfsUWA51BQgI
jhj0qhlyn+le6bHbDkUznkGiJGcAQi91c+/G1E3OOl+DzbrUfSmK5A9W
-----END PRIVATE KEY-----
`;
