import assert from "node:assert/strict";
import { Failure } from "../../core/failure.ts";
import {
  errorQuery,
  isFiltered,
  listPath,
  parseIds,
  readDone,
  readListQuery,
} from "./list_query.ts";

Deno.test("readListQuery() reads the filters; what is empty is absent", () => {
  const query = readListQuery("http://x/errors?project=shop&environment=&resolved=all&offset=50");
  assert.equal(query.project, "shop");
  assert.equal(query.environment, undefined);
  assert.deepEqual(errorQuery(query), { project: "shop", limit: 50, offset: 50 });
  assert.deepEqual(errorQuery(readListQuery("http://x/errors")), {
    resolved: false,
    limit: 50,
    offset: 0,
  });
});

Deno.test("readListQuery() refuses bad values by name", () => {
  for (const query of ["resolved=maybe", "limit=0", "offset=-1", "source=phone", "ids=1;2"]) {
    const url = `http://x/errors?${query}`;
    assert.throws(
      () => [readListQuery(url), readDone(url)],
      (error) => error instanceof Failure && error.detail.includes(`'${query.split("=")[0]}'`),
    );
  }
});

Deno.test("listPath() says only what is not as ever, and reads back the same", () => {
  assert.equal(listPath(readListQuery("http://x/errors")), "/errors");
  const path = "/errors?project=a%26b&search=100%25&resolved=true&limit=20&offset=40";
  assert.equal(listPath(readListQuery(`http://x${path}`)), path);
});

Deno.test("isFiltered() looks at filters, not at the state or the page", () => {
  assert.equal(isFiltered(readListQuery("http://x/errors?resolved=true&offset=50")), false);
  assert.equal(isFiltered(readListQuery("http://x/errors?search=x")), true);
});

Deno.test("parseIds() takes numbers separated by commas, at most 200", () => {
  assert.deepEqual(parseIds("12,7"), [12, 7]);
  for (const text of ["", "1,", "a", "1 2", "-1", "1.5", Array(201).fill(1).join()]) {
    assert.equal(parseIds(text), null);
  }
});
