import assert from "node:assert/strict";
import { memoryLimit } from "./memory_limit.ts";

const MIB = 1024 ** 2;

interface Case {
  readonly name: string;
  /** By path. */
  readonly files: Readonly<Record<string, string>>;
  readonly limit: number;
}

const CASES: readonly Case[] = [
  { name: "a system without control groups", files: {}, limit: Infinity },
  {
    name: "version 2, in a container",
    files: {
      "proc/self/cgroup": "0::/\n",
      "sys/fs/cgroup/memory.max": `${64 * MIB}\n`,
    },
    limit: 64 * MIB,
  },
  {
    name: "version 2 without a limit",
    files: { "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n" },
    limit: Infinity,
  },
  {
    name: "version 2, a service of systemd in a slice with less",
    files: {
      "proc/self/cgroup": "0::/system.slice/monlight.service\n",
      "sys/fs/cgroup/system.slice/memory.max": `${128 * MIB}\n`,
      "sys/fs/cgroup/system.slice/monlight.service/memory.max": `${192 * MIB}\n`,
    },
    limit: 128 * MIB,
  },
  {
    name: "version 1, in a container that is not told where its own group is mounted",
    files: {
      "proc/self/cgroup": "9:cpu,cpuacct:/docker/ab\n4:memory:/docker/ab\n0::/\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": `${64 * MIB}\n`,
    },
    limit: 64 * MIB,
  },
  {
    name: "version 1 without a limit",
    files: {
      "proc/self/cgroup": "4:memory:/\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    },
    limit: Infinity,
  },
  {
    name: "nonsense",
    files: {
      "proc/self/cgroup": "\n0\n0::/../../etc\nx:memory",
      "sys/fs/cgroup/memory.max": "-1",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "",
    },
    limit: Infinity,
  },
];

for (const { name, files, limit } of CASES) {
  Deno.test(`memoryLimit() of ${name}`, async () => {
    const root = await Deno.makeTempDir();
    try {
      for (const [path, text] of Object.entries(files)) {
        await Deno.mkdir(`${root}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
        await Deno.writeTextFile(`${root}/${path}`, text);
      }
      assert.equal(memoryLimit(root), limit);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}
