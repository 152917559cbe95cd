import assert from "node:assert/strict";
import { quickest } from "../../tests/support/quickest.ts";
import { levelOfStream, readLevel } from "./level.ts";
import type { Level } from "./model.ts";

/** Lines as programs write them, and the level that they tell; null for none. */
const LINES: Readonly<Record<string, readonly (readonly [string, Level | null])[]>> = {
  "Uvicorn and FastAPI": [
    ['INFO:     127.0.0.1:57242 - "GET / HTTP/1.1" 200 OK', "INFO"],
    ['INFO:     172.18.0.1:48470 - "GET /cart/17 HTTP/1.1" 500 Internal Server Error', "INFO"],
    ["ERROR:    Exception in ASGI application", "ERROR"],
    ["WARNING:  Invalid HTTP request received.", "WARNING"],
    ["CRITICAL: Uvicorn is unhappy", "CRITICAL"],
    ["      INFO   Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)", "INFO"],
    ["   WARNING   Looks like the app is in debug mode", "WARNING"],
    ["     ERROR   Exception in ASGI application", "ERROR"],
  ],
  Gunicorn: [
    ["[2026-11-20 17:31:00 +0000] [1] [INFO] Starting gunicorn 23.0.0", "INFO"],
    ["[2026-11-20 17:31:30 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:7)", "CRITICAL"],
    ["[2026-11-20 17:31:31 +0000] [1] [ERROR] Worker (pid:7) was sent SIGKILL!", "ERROR"],
    ['172.18.0.1 - - [20/Nov/2026:17:31:00 +0000] "GET / HTTP/1.1" 500 145 "-" "curl"', null],
  ],
  Django: [
    ['[20/Nov/2026 17:31:00] "GET /cart/ HTTP/1.1" 200 2', null],
    ["Internal Server Error: /cart/", null],
    ["Not Found: /favicon.ico", null],
    ["System check identified no issues (0 silenced).", null],
    ["WARNING: This is a development server. Do not use it in production.", "WARNING"],
    ["ERROR 2026-11-20 17:31:00,123 log 7 140 Internal Server Error: /cart/", "ERROR"],
    ["INFO 2026-11-20 17:31:00,123 autoreload Watching for file changes", "INFO"],
  ],
  "Python logging": [
    ["2026-11-20 17:31:00,123 - shop.cart - ERROR - no price", "ERROR"],
    ["2026-11-20 17:31:00,123 - root - WARNING - no price", "WARNING"],
    ["2026-11-20 17:31:00,123 root INFO started", "INFO"],
    ["2026-11-20 17:31:00,123 shop.cart DEBUG two items", "DEBUG"],
    ["2026-11-20 17:31:00,123 INFO shop.cart: listening", "INFO"],
    ["ERROR:root:no price", "ERROR"],
    ["[2026-11-20 17:31:00,123] ERROR in app: Exception on /cart [GET]", "ERROR"],
    ["[2026-11-20 17:31:00,123: WARNING/ForkPoolWorker-1] slow task", "WARNING"],
    ["2026-11-20 17:31:00.123 | SUCCESS  | shop.cart:price:12 - paid", "INFO"],
    ["2026-11-20 17:31:00.123 | CRITICAL | shop.cart:price:12 - no database", "CRITICAL"],
    ["2026-11-20 17:31:00 [info     ] request                        path=/cart", "INFO"],
    ["[I 2026-11-20 17:31:00.123 ServerApp] Serving notebooks", "INFO"],
    ["2026-11-20 17:31:00.123 WARNING (MainThread) [homeassistant.core] slow", "WARNING"],
    ["2026-11-20 17:31:00,123 7 ERROR shop odoo.http: no price", "ERROR"],
    ["/srv/shop/cart.py:12: DeprecationWarning: utcnow() is deprecated", "WARNING"],
    ["ValueError: could not convert string to float: 'n/a'", "ERROR"],
    ["Traceback (most recent call last):", "ERROR"],
    ["Fatal Python error: Segmentation fault", "CRITICAL"],
  ],
  nginx: [
    ["2026/11/20 17:31:00 [error] 29#29: *1 open() failed (2: No such file)", "ERROR"],
    ['2026/11/20 17:31:00 [notice] 1#1: using the "epoll" event method', "INFO"],
    ["2026/11/20 17:31:00 [warn] 29#29: *7 an upstream response is buffered", "WARNING"],
    ["2026/11/20 17:31:00 [crit] 29#29: *9 connect() failed", "CRITICAL"],
    ["2026/11/20 17:31:00 [alert] 1#1: worker process 29 exited on signal 9", "CRITICAL"],
    ['nginx: [emerg] host not found in upstream "shop"', "CRITICAL"],
    ['172.18.0.1 - - [20/Nov/2026:17:31:00 +0000] "GET /error HTTP/1.1" 502 157', null],
    ["[Fri Nov 20 17:31:00.123456 2026] [core:error] [pid 7:tid 9] AH00124: limit", "ERROR"],
    ["[Fri Nov 20 17:31:00.123456 2026] [mpm_event:notice] [pid 1:tid 1] AH00489", "INFO"],
  ],
  PostgreSQL: [
    ["2026-11-20 17:31:00.123 UTC [1] LOG:  database system is ready", "INFO"],
    ['2026-11-20 17:31:00.123 UTC [64] ERROR:  relation "carts" does not exist', "ERROR"],
    ["2026-11-20 17:31:00.123 UTC [64] STATEMENT:  select * from carts", "INFO"],
    ["2026-11-20 17:31:00.123 UTC [64] DETAIL:  Key (id)=(1) already exists.", "INFO"],
    ['2026-11-20 17:31:00.123 UTC [64] HINT:  Perhaps you meant "cart".', "INFO"],
    ["2026-11-20 17:31:00.123 CET [64] WARNING:  stock is low", "WARNING"],
    ['2026-11-20 17:31:00.123 UTC [64] shop@shop FATAL:  role "x" does not exist', "CRITICAL"],
    ["2026-11-20 17:31:00.123 UTC [64] [unknown]@[unknown] LOG:  invalid length", "INFO"],
    ["2026-11-20 17:31:00.123 UTC [1] PANIC:  could not locate a valid checkpoint", "CRITICAL"],
    ["2026-11-20 17:31:00 UTC [64]: user=shop,db=shop ERROR:  deadlock detected", "ERROR"],
  ],
  Redis: [
    ["1:M 20 Nov 2026 17:31:00.123 * Ready to accept connections tcp", "INFO"],
    ["1:M 20 Nov 2026 17:31:00.123 # WARNING Memory overcommit must be enabled!", "WARNING"],
    ["1:M 20 Nov 2026 17:31:00.123 - Accepted 172.18.0.5:51234", "DEBUG"],
    ["7:C 20 Nov 2026 17:31:00.123 . fork CoW", "DEBUG"],
    ["1:signal-handler (1795213630) Received SIGTERM scheduling shutdown...", null],
  ],
  "Node with pino": [
    ['{"level":30,"time":1795213626781,"pid":1,"msg":"listening"}', "INFO"],
    ['{"level":20,"time":1795213626781,"pid":1,"msg":"two items"}', "DEBUG"],
    ['{"level":40,"time":1795213626781,"pid":1,"msg":"slow answer"}', "WARNING"],
    ['{"level":50,"time":1795213626781,"err":{"level":"info"},"msg":"failed"}', "ERROR"],
    ['{"level":60,"time":1795213626781,"pid":1,"msg":"no database"}', "CRITICAL"],
    ['{"level":35,"time":1795213626781,"pid":1,"msg":"a level of its own"}', "INFO"],
    ["[17:31:00.123] WARN (7): slow answer", "WARNING"],
  ],
  "Node with winston": [
    ['{"cart":17,"level":"warn","message":"slow answer"}', "WARNING"],
    ["info: listening on port 3000", "INFO"],
    ['error: no price {"cart":17}', "ERROR"],
    ["verbose: cache is warm", "DEBUG"],
    ["2026-11-20T17:31:00.006Z error: no price", "ERROR"],
    ["2026-11-20T17:31:00.006Z [warn]: slow answer", "WARNING"],
  ],
  "Node itself": [
    ["(node:1) [DEP0005] DeprecationWarning: Buffer() is deprecated", "WARNING"],
    ["TypeError: Cannot read properties of undefined (reading 'toFixed')", "ERROR"],
    ["Error: connect ECONNREFUSED 172.18.0.3:6379", "ERROR"],
    ["npm ERR! missing script: start", "ERROR"],
    ["npm warn deprecated inflight@1.0.6: This module leaks memory.", "WARNING"],
    ["[Nest] 7  - 11/20/2026, 5:31:00 PM     LOG [NestFactory] Starting", "INFO"],
    ["[Nest] 7  - 11/20/2026, 5:31:00 PM   ERROR [CartService] no price", "ERROR"],
  ],
  "Spring Boot and the JVM": [
    ["2026-11-20T17:31:00.123Z  INFO 1 --- [shop] [main] c.s.ShopApplication : Started", "INFO"],
    ["2026-11-20 17:31:00.123 ERROR 1 --- [nio-8080-exec-1] c.s.Cart : no price", "ERROR"],
    ["17:31:00.123 [main] DEBUG com.shop.Cart -- two items", "DEBUG"],
    ["2026-11-20 17:31:00,123 [ForkJoin worker-1] WARN  com.shop.Cart - slow", "WARNING"],
    ["20-Nov-2026 17:31:00.123 SEVERE [main] org.apache.catalina.core.x Failed", "ERROR"],
    ["[2026-11-20T17:31:00,123][WARN ][o.e.n.Node] [es01] slow", "WARNING"],
    ["[2026-11-20 17:31:00,123] INFO [KafkaServer id=1] started (kafka.KafkaServer)", "INFO"],
    ["2026-11-20 17:31:00,123 [myid:] - INFO  [main:QuorumPeer@177] - Reading", "INFO"],
    ["2026-11-20 17:31:00.123+0000 [id=1]\tINFO\thudson.WebAppMain: running", "INFO"],
    ["2026-11-20 17:31:00.123:WARN:oejs.Server:main: slow", "WARNING"],
    ['Exception in thread "main" java.lang.IllegalStateException: no price', "ERROR"],
    ["[17:31:00] [Server thread/INFO]: Done (3.2s)!", "INFO"],
  ],
  "Go with zap": [
    ["2026-11-20T17:31:00.211Z\tERROR\tshop/main.go:17\tcharge failed", "ERROR"],
    ["2026-11-20T17:31:00.211Z\tdebug\tshop/main.go:17\tcache is warm", "DEBUG"],
    ["1.795213627211441e+09\tinfo\tshop/main.go:32\tlistening", "INFO"],
    ['{"level":"dpanic","ts":1795213627.21,"caller":"shop/main.go:27"}', "CRITICAL"],
  ],
  "Go with slog and others": [
    ["2026/11/20 17:31:00 WARN slow answer cart=17", "WARNING"],
    ['time=2026-11-20T17:31:00.211Z level=ERROR msg="no stock" err="level=INFO"', "ERROR"],
    ['{"time":"2026-11-20T17:31:00.2Z","level":"DEBUG","msg":"two items"}', "DEBUG"],
    ["2026/11/20 17:31:00 http: TLS handshake error from 172.18.0.5:51234: EOF", null],
    ["2026/11/20 17:31:00 main.go:12: ERROR no stock", "ERROR"],
    ["panic: runtime error: index out of range [3] with length 0", "CRITICAL"],
    ["fatal error: all goroutines are asleep - deadlock!", "CRITICAL"],
    ["E1120 17:31:00.123456       1 reflector.go:138] failed to list", "ERROR"],
    ["ts=2026-11-20T17:31:00.2Z caller=main.go:12 level=warn msg=slow", "WARNING"],
    ["2026/11/20 17:31:00 cmd/web.go:242:runWeb() [I] Starting Gitea", "INFO"],
  ],
  Rust: [
    ["2026-11-20T17:31:00.123456Z  WARN shop::cart: slow answer took=1234", "WARNING"],
    [" INFO shop: listening on 0.0.0.0:8080", "INFO"],
    ["TRACE shop: loop", "DEBUG"],
    ["[2026-11-20T17:31:00Z ERROR shop] no stock", "ERROR"],
    ["[2026-11-20T17:31:00Z INFO  shop] listening", "INFO"],
    ["  2026-11-20T17:31:00.562426Z  INFO shop: listening", "INFO"],
    ["thread 'main' (7) panicked at src/main.rs:3:21:", "ERROR"],
    ["thread 'main' panicked at 'no price', src/main.rs:3:21", "ERROR"],
  ],
  "PHP and PHP-FPM": [
    ["[20-Nov-2026 17:31:00] NOTICE: fpm is running, pid 1", "INFO"],
    ["[20-Nov-2026 17:31:00] WARNING: [pool www] child 8 exited on signal 11", "WARNING"],
    ["NOTICE: PHP message: PHP Warning:  Undefined variable $x", "WARNING"],
    ["NOTICE: PHP message: PHP Fatal error:  Uncaught TypeError: no", "CRITICAL"],
    ["NOTICE: PHP message: cart 17 was emptied", "INFO"],
    ["PHP Deprecated:  strlen(): Passing null is deprecated", "WARNING"],
    ["[2026-11-20 17:31:00] production.ERROR: no price", "ERROR"],
    ["[2026-11-20T17:31:00.123456+00:00] request.INFO: Matched route", "INFO"],
  ],
  MariaDB: [
    ["2026-11-20 17:31:00 0 [Note] mariadbd: ready for connections.", "INFO"],
    ["2026-11-20 17:31:00 7 [Warning] Aborted connection 7 to db", "WARNING"],
    ["2026-11-20 17:31:00 0 [ERROR] Aborting", "ERROR"],
    ["2026-11-20 17:31:00+00:00 [Note] [Entrypoint]: Entrypoint script started.", "INFO"],
    ["2026-11-20T17:31:00.123456Z 0 [System] [MY-010116] [Server] starting", "INFO"],
  ],
  Traefik: [
    ['time="2026-11-20T17:31:00Z" level=info msg="an error: none"', "INFO"],
    ['time="2026-11-20T17:31:00Z" level=warning msg="slow"', "WARNING"],
    ["2026-11-20T17:31:00Z INF Traefik version 3.2.0", "INFO"],
    ['2026-11-20T17:31:00Z ERR Error while starting server error="closed"', "ERROR"],
    ["2026-11-20T17:31:00Z DBG no default certificate", "DEBUG"],
  ],
  "systemd and syslog": [
    ["<27>systemd[1]: Failed to start shop.service", "ERROR"],
    ["<6>disk is there", "INFO"],
    ["<0>no more", "CRITICAL"],
    ["[  OK  ] Reached target basic.target", "INFO"],
    ["[FAILED] Failed to start shop.service", "ERROR"],
    ["Nov 20 17:31:00 7f3a2b1c9d0e systemd[1]: Started session-1.scope", null],
    ["Nov 20 17:31:00 7f3a2b1c9d0e shop[71]: ERROR: no stock", "ERROR"],
  ],
  others: [
    ['{"t":{"$date":"2026-11-20T17:31:00.1Z"},"s":"W","c":"NETWORK"}', "WARNING"],
    ["fail: Microsoft.AspNetCore.Server.Kestrel[13]", "ERROR"],
    ["dbug: Shop.Cart[0]", "DEBUG"],
    ["2026-11-20 17:31:00.1234|ERROR|Shop.Cart|no price", "ERROR"],
    ["W, [2026-11-20T17:31:00.746490 #7]  WARN -- : slow", "WARNING"],
    ["s6-rc: info: service legacy-services: starting", "INFO"],
    ["2026.11.20 17:31:00.123456 [ 1 ] {} <Warning> Application: slow", "WARNING"],
    ["20 Nov 17:31:00 - [warn] Node-RED is old", "WARNING"],
    ['[GIN-debug] [WARNING] Running in "debug" mode', "WARNING"],
    ["[error] no price", "ERROR"],
    ["(shop) [ERROR] no price", "ERROR"],
    ["shop [warn] slow", "WARNING"],
    ['msg="a \\"quoted\\" error" level=warn', "WARNING"],
    ["[D 261120 17:31:00 web:2271] 200 GET /", "DEBUG"],
    ["F, [2026-11-20T17:31:00.746490 #7] FATAL -- : no database", "CRITICAL"],
    ["cart 17 lvl=debug", "DEBUG"],
    ['severity="critical" no database', "CRITICAL"],
  ],
  "what tells no level": [
    ["no ERROR found", null],
    ["2026-11-20 17:31:00 no ERROR found", null],
    ["retry after error: x", null],
    ["2026-11-20 17:31:00 retry after error: x", null],
    ["Error connecting to database", null],
    ["Information about your cart", null],
    ["note: the fatal error was fixed", null],
    ["the level=loud one", null],
    ["sublevel=error", null],
    ["ERROR_CODE is 17", null],
    ["errors: 0, warnings: 2", null],
    ["[error-handler] installed", null],
    ["[config] loaded", null],
    ["5 ERROR messages", null],
    ["[3/5] Building ERROR page", null],
    ["debugging is fun", null],
    ["info", null],
    ['{"message":"an \\"level\\":\\"error\\" in text"}', null],
    ['{"nested":{"level":"error"},"msg":"x"}', null],
    ["12:30:15 at the till", null],
    ["line 17 of 100", null],
    ["", null],
  ],
};

for (const [program, lines] of Object.entries(LINES)) {
  for (const [line, wanted] of lines) {
    Deno.test(`readLevel() of ${program}: ${JSON.stringify(line)}`, () => {
      assert.equal(readLevel(line), wanted);
    });
  }
}

Deno.test("levelOfStream() takes stderr for errors", () => {
  assert.equal(levelOfStream("stderr"), "ERROR");
  assert.equal(levelOfStream("stdout"), "INFO");
});

const HOSTILE = [
  " ",
  "\t",
  "[",
  "[[[ ]]] ",
  "a.",
  "a=",
  'a="',
  "1",
  "1:",
  "1.",
  "2026-11-20T17:31:00Z ",
  "level=",
  "[error ",
  "{",
  '{"',
  '{"level":',
  '{"a":"\\\\',
  "<1",
  "ERROR",
  "a: ",
  "a@b ",
  "- - ",
  "(node:1) ",
  "thread '",
  "Nov 20 ",
];

Deno.test("readLevel() stays quick on hostile lines", () => {
  for (const text of HOSTILE) {
    const line = text.repeat(Math.ceil(1024 * 1024 / text.length));
    const took = quickest(() => {
      for (let run = 0; run < 20; run++) readLevel(line);
    }, 1000);
    // They take 0 to 25 ms.
    assert.ok(took < 1000, `${JSON.stringify(text)} took ${took} ms`);
  }
});
