/** The files that describe a container, with the fields that the daemon writes. */
import { createHash } from "node:crypto";

interface ContainerOptions {
  readonly image?: string;
  readonly maxSize?: number;
  readonly maxFile?: number;
  readonly compress?: boolean;
}

const NEVER = "0001-01-01T00:00:00Z";
const CREATED = "2026-11-20T08:12:04.591327114Z";

/** 64 hexadecimal digits, the same for the same name. */
export function containerId(name: string): string {
  return createHash("sha256").update(`container ${name}`).digest("hex");
}

/** `config.v2.json`. */
export function containerConfig(
  id: string,
  name: string,
  logPath: string,
  { image = `${name}:latest` }: ContainerOptions,
): unknown {
  const folder = logPath.slice(0, logPath.lastIndexOf("/"));
  return {
    StreamConfig: {},
    State: {
      Running: true,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      RemovalInProgress: false,
      Dead: false,
      Pid: 17_899,
      ExitCode: 0,
      Error: "",
      StartedAt: CREATED,
      FinishedAt: NEVER,
      Health: null,
    },
    ID: id,
    Created: CREATED,
    Managed: false,
    Path: "/docker-entrypoint.sh",
    Args: ["sh", "-c", `exec ${name} > /dev/stdout 2>&1`],
    Config: {
      Hostname: id.slice(0, 12),
      Domainname: "",
      User: "",
      AttachStdin: false,
      AttachStdout: false,
      AttachStderr: false,
      Tty: false,
      OpenStdin: false,
      StdinOnce: false,
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "Name=/decoy"],
      Cmd: null,
      Image: image,
      Volumes: null,
      WorkingDir: "",
      Entrypoint: null,
      OnBuild: null,
      Labels: {
        "com.docker.compose.project": "shop",
        "com.docker.compose.service": name,
        Name: "/decoy",
      },
    },
    Image: `sha256:${containerId(image)}`,
    NetworkSettings: {
      Bridge: "",
      SandboxID: containerId(`sandbox of ${id}`),
      HairpinMode: false,
      LinkLocalIPv6Address: "",
      LinkLocalIPv6PrefixLen: 0,
      Networks: { shop_default: { Aliases: [name], Gateway: "172.18.0.1", IPPrefixLen: 16 } },
      Service: null,
      Ports: {},
      SandboxKey: `/var/run/docker/netns/${id.slice(0, 12)}`,
      IsAnonymousEndpoint: false,
      HasSwarmEndpoint: false,
    },
    LogPath: logPath,
    Name: `/${name}`,
    Driver: "overlay2",
    OS: "linux",
    MountLabel: "",
    ProcessLabel: "",
    RestartCount: 0,
    HasBeenStartedBefore: true,
    HasBeenManuallyStopped: false,
    MountPoints: {},
    SecretReferences: null,
    ConfigReferences: null,
    AppArmorProfile: "docker-default",
    HostnamePath: `${folder}/hostname`,
    HostsPath: `${folder}/hosts`,
    ShmPath: "",
    ResolvConfPath: `${folder}/resolv.conf`,
    SeccompProfile: "",
    NoNewPrivileges: false,
    LocalLogCacheMeta: { HaveNotifyEnabled: false },
  };
}

/** `hostconfig.json`, as far as logs go. */
export function hostConfig({ maxSize, maxFile, compress }: ContainerOptions): unknown {
  return {
    Binds: null,
    ContainerIDFile: "",
    LogConfig: {
      Type: "json-file",
      Config: {
        ...(maxSize === undefined ? {} : { "max-size": `${maxSize}` }),
        ...(maxFile === undefined ? {} : { "max-file": `${maxFile}` }),
        ...(compress ? { compress: "true" } : {}),
      },
    },
    NetworkMode: "shop_default",
    RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
    AutoRemove: false,
    Privileged: false,
  };
}
