/** The thread that searches what is stored; see `Searcher`. */
import { serveThread } from "../thread_worker.ts";
import { openSearch } from "./search_answers.ts";

serveThread(openSearch);
