import type { Node } from "web-tree-sitter";

/** Commands, and their short names, that change or delete files. */
const FILE_COMMANDS =
  /^(?:(?:Set|Add|Clear)-Content|Out-File|Tee-Object|(?:Remove|Move|Copy|Rename|New|Clear|Set)-Item(?:Property)?|Export-\w+|ac|clc|copy|cp|cpi|del|erase|mi|move|mv|ni|rd|ren|ri|rm|rmdir|rni|sc|tee)$/i;

/** Static methods that change nothing. */
const HARMLESS =
  /^\[IO\.Path\]::|^\[Environment\]::GetFolderPath$|^\[IO\.Directory\]::CreateDirectory$|^\[IO\.File\]::(?:Exists|ReadAll\w+)$/;

const COPY = '"$file.backup-$number"';
const NO_COPY = "[NullString]::Value";

/**
 * What a script does to files that could destroy what they hold: anything but writing a complete new
 * file and putting it in the place of the old one.
 *
 * @param root - the script's parsed text.
 * @param copy - `kept`: the file before the change is kept beside it under a name that no file has; `none`:
 * no copy is made, because it would hold secrets.
 */
export function unsafeWrites(root: Node, copy: "kept" | "none"): string[] {
  const commands = root
    .descendantsOfType("command_name")
    .flatMap((node) => (node !== null && FILE_COMMANDS.test(node.text) ? node.text : []));
  const redirections = root.descendantsOfType("redirection").map((node) => node?.text ?? "");
  const calls = root.descendantsOfType("invokation_expression").flatMap((node) => {
    if (node === null || node.namedChild(0)?.type !== "type_literal") return [];
    return isSafe(node, root, copy) ? [] : node.text;
  });
  return [...commands, ...redirections, ...calls];
}

function isSafe(call: Node, root: Node, copy: "kept" | "none"): boolean {
  const [type = "", method = ""] = call.namedChildren.map((child) => child?.text);
  const args = argumentsOf(call);
  const [first, second, third] = args;
  const isNewToFile = first === "$new" && second === "$file";
  const name = `${type}::${method}`;
  if (HARMLESS.test(name)) return true;
  switch (name) {
    case "[IO.File]::WriteAllText":
      return first === "$new";
    case "[IO.File]::Replace": {
      const isFree = root.text.includes(
        `while ([IO.File]::Exists(${COPY})) { $number++ }\n  ${call.text}`,
      );
      return isNewToFile && (copy === "none" ? third === NO_COPY : third === COPY && isFree);
    }
    // .NET refuses to move onto a file that exists.
    case "[IO.File]::Move":
      return isNewToFile && args.length === 2;
    case "[IO.File]::Delete":
      return first === "$file" && isWhereEmpty(call, root);
    default:
      return false;
  }
}

function argumentsOf(call: Node): string[] {
  const list = call.descendantsOfType("argument_expression_list")[0];
  return list?.namedChildren.map((one) => one?.text ?? "") ?? [];
}

/** Only a file without content may be deleted. */
function isWhereEmpty(call: Node, root: Node): boolean {
  let node: Node | null = call;
  while (node !== null && node.type !== "if_statement") node = node.parent;
  const branch = node?.namedChild(1);
  const isFirstBranch = call.endIndex <= (branch?.endIndex ?? 0);
  return (
    isFirstBranch &&
    node?.namedChild(0)?.text === "$isEmpty" &&
    root.text.includes("$isEmpty = $text.Trim() -eq ''\n")
  );
}
