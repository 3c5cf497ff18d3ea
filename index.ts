// What `pulumi preview` and `pulumi up` run in this repository, from its sources. A vendor's repository has the same
// line, and takes it from the package.
import { program } from "./src/program";

export = program();
