/** Whether there is a file or folder at a path: the program's own question. */
export { exists } from "../../commands/databases.ts";
