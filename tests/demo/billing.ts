/** A Spring Boot service with ANSI colours: payments, and stack traces with causes. */
import { isoTime, type Line } from "./line.ts";
import type { Random } from "./random.ts";

const container = "billing";
const COLOURS = { DEBUG: 32, INFO: 32, WARN: 33, ERROR: 31 } as const;

function paint(code: number, text: string): string {
  return `\x1b[${code}m${text}\x1b[0;39m`;
}

function log(at: number, level: keyof typeof COLOURS, logger: string, message: string): Line {
  const thread = `nio-8080-exec-${1 + Math.floor(at) % 9}`;
  const text = `${paint(2, isoTime(at))} ${paint(COLOURS[level], level.padStart(5))} ` +
    `${paint(35, "1")} ${paint(2, "---")} ${paint(2, `[billing] [${thread}]`)} ` +
    `${paint(36, logger.padEnd(40))} ${paint(2, ":")} ${message}`;
  return { at, container, stream: "stdout", text };
}

const CONTROLLER = "o.e.billing.api.PaymentController";
const GATEWAY = "o.e.billing.gateway.CardGateway";

/** A payment that went through. */
export function payment(
  random: Random,
  at: number,
  order: number,
  requestId: string,
): readonly Line[] {
  const amount = random.duration(54).toFixed(2);
  const lines = [
    log(
      at,
      "INFO",
      CONTROLLER,
      `Payment of ${amount} EUR for order ${order} requested, requestId=${requestId}`,
    ),
  ];
  const took = random.duration(130);
  if (random.chance(0.2)) {
    lines.push(
      log(at + took / 2, "DEBUG", GATEWAY, `POST https://cards.example.org/v2/charges, attempt 1`),
    );
  }
  if (random.chance(0.05)) {
    lines.push(
      log(at + took, "WARN", CONTROLLER, `Card of order ${order} was declined: insufficient_funds`),
    );
    return lines;
  }
  lines.push(
    log(
      at + took,
      "INFO",
      CONTROLLER,
      `Captured payment ${random.hex(12)} for order ${order} in ${Math.round(took)} ms`,
    ),
  );
  return lines;
}

/** A payment that failed, since the card company does not answer. */
export function gatewayDown(random: Random, at: number, order: number): readonly Line[] {
  const first = log(at, "WARN", GATEWAY, `Attempt ${random.whole(1, 3)} failed: Read timed out`);
  const second = log(at + 900, "ERROR", CONTROLLER, `Payment for order ${order} failed`);
  const stack = [
    "org.example.billing.gateway.GatewayException: card gateway did not answer",
    "\tat org.example.billing.gateway.CardGateway.charge(CardGateway.java:118) ~[!/:2.8.1]",
    "\tat org.example.billing.api.PaymentController.capture(PaymentController.java:64) ~[!/:2.8.1]",
    "\tat java.base/jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:103) ~[na:na]",
    "\tat org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:1089) ~[spring-webmvc-6.2.12.jar!/:6.2.12]",
    "\tat org.apache.tomcat.util.threads.TaskThread$WrappingRunnable.run(TaskThread.java:63) ~[tomcat-embed-core-10.1.48.jar!/:na]",
    "\tat java.base/java.lang.Thread.run(Thread.java:1583) ~[na:na]",
    "Caused by: java.net.SocketTimeoutException: Read timed out",
    "\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278) ~[na:na]",
    "\tat java.base/java.net.Socket$SocketInputStream.read(Socket.java:1099) ~[na:na]",
    "\t... 54 common frames omitted",
  ];
  return [first, { ...second, text: [second.text, "", ...stack].join("\n") }];
}

/** The pool of connections runs dry. */
export function poolPulse(random: Random, at: number, busy: boolean): Line {
  const active = busy ? 10 : random.whole(0, 6);
  const waiting = busy ? random.whole(3, 30) : 0;
  const text = `HikariPool-1 - Pool stats (total=10/10, idle=${
    10 - active
  }/10, active=${active}, waiting=${waiting})`;
  return log(at, busy ? "WARN" : "DEBUG", "com.zaxxer.hikari.pool.HikariPool", text);
}
