import { migrations } from "../../sqlite/migrator.ts";
import relay from "./0001_relay.sql" with { type: "text" };
import parsedMaps from "./0002_parsed_maps.sql" with { type: "text" };
import gzipContent from "./0003_gzip_content.sql" with { type: "text" };

/** The schema of `browser-relay.db`, step by step. Released steps never change. */
export const relayMigrations = migrations({
  "0001_relay.sql": relay,
  "0002_parsed_maps.sql": parsedMaps,
  "0003_gzip_content.sql": gzipContent,
});
