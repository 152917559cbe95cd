import { type FrameLine, type Layout, PLAIN_LAYOUT } from "./frame.ts";

/** The last `Caused by:` is the root cause, and says most. */
const JVM: Layout = { ...PLAIN_LAYOUT, laterSectionsWin: true };

/** `shop.Cart.price(Cart.java:31)`, maybe with a logger's ` ~[shop.jar:1.4]` behind it. */
const JVM_FRAME = /^([^()]{0,500}[^() ])\(([^()]{1,200})\)(?: ~?\[[^\]]{0,200}\])?$/;

/** `Cart.java:31`, or a file without a line. */
const SOURCE_FILE = /^([^\s/\\:,()]{1,200}?\.[a-z]{1,10}|NO_SOURCE_FILE)(?::(\d{1,9}))?$/;

const NO_SOURCE = /^(?:Native Method|Unknown Source|<generated>|\w{1,30}\.dex)$/;

/** Reads what follows `at ` in a trace of Java, Kotlin, Scala, Groovy or Clojure. */
export function readJvmFrame(text: string): FrameLine | null {
  const match = JVM_FRAME.exec(text);
  const method = match?.[1];
  const source = match?.[2];
  if (method === undefined || source === undefined) return null;
  const inApp = !isLibrary(method);
  if (NO_SOURCE.test(source)) return jvmFrame(method, source, null, inApp);
  const [, file, line] = SOURCE_FILE.exec(source) ?? [];
  return file === undefined ? null : jvmFrame(method, file, Number(line ?? 0) || null, inApp);
}

function jvmFrame(method: string, file: string, line: number | null, inApp: boolean): FrameLine {
  return { layout: JVM, frame: { file, line, column: null, function: method, inApp } };
}

/** `java.base/`, `app//`, `deployment.shop.war//` in front of the class. */
const MODULE = /^[\w.@-]{0,100}\/[\w.@-]{0,100}\/|^[\w.@-]{1,100}\//;

/** Proxies that frameworks write around classes of the application. */
const PROXY = /\$\$(?:EnhancerBy|FastClass|SpringCGLIB|Proxy)|\$Proxy\d/;

const LIBRARY_PACKAGE = new RegExp(
  "^(?:" + [
    "java|javax|jdk|sun|kotlin|kotlinx|scala|groovy|clojure|jakarta|dalvik|android|androidx",
    "akka|feign|graphql|junit|liquibase|lombok|okhttp3|okio|reactor|retrofit2|rx|zio|cats|fs2",
    "ch\\.qos\\.logback|net\\.bytebuddy|oracle\\.jdbc|redis\\.clients|software\\.amazon",
    "worker\\.org\\.gradle",
    "com\\.(?:amazonaws|android|fasterxml|google|intellij\\.rt|microsoft\\.sqlserver|mongodb" +
    "|mysql|netflix|sun|zaxxer)",
    "io\\.(?:grpc|ktor|lettuce|micrometer|micronaut|netty|opentelemetry|quarkus|reactivex" +
    "|undertow|vertx)",
    "org\\.(?:apache|aspectj|codehaus|eclipse|flywaydb|gradle|h2|hibernate|jboss|jetbrains|junit" +
    "|mariadb|mockito|postgresql|scala|slf4j|springframework|sqlite|thymeleaf)",
  ].join("|") + ")\\.",
);

function isLibrary(method: string): boolean {
  return LIBRARY_PACKAGE.test(method.replace(MODULE, "")) || PROXY.test(method);
}
