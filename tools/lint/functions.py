"""Where functions begin and end, by matching braces in code without comments and strings.

Approximate by design: it reads no types. What counts as one function is a body at namespace or class level, together
with the lambdas in it; initialisers, enumerations and types are told apart by the text in front of their brace.
"""

import re
from dataclasses import dataclass

TYPE_OR_NAMESPACE = re.compile(
    r'^(?:\[\[.*?\]\]\s*|alignas\s*\(.*?\)\s*|(?:typedef|static|inline|constexpr|const|friend|export|public|private|protected|:)\s*)*'
    r'(?:class|struct|union|enum|namespace|extern)\b'
)
AFTER_PARAMETERS = re.compile(
    r"^\s*(?:const\b|noexcept\b|override\b|final\b|mutable\b|constexpr\b|static\b|try\b|&&?|\[\[.*?\]\]|\(\s*\)|->.*|requires\b.*|\s)*$",
    re.DOTALL,
)


@dataclass
class Function:
    name: str
    first_line: int
    last_line: int

    @property
    def lines(self) -> int:
        return self.last_line - self.first_line + 1


def find_functions(code: str) -> list[Function]:
    """`code` has blanked comments and strings. Lines are counted from the function's head to its closing brace."""
    code = blank_directives(code)
    found: list[Function] = []
    open_braces: list[str] = []  # what each open brace is: scope, body, value
    head_start = 0
    parens = 0
    paren_stack: list[int] = []
    body_start = 0
    body_name = ""
    for token in re.finditer(r"[{}();]", code):
        mark, at = token.group(0), token.start()
        inside_body = "body" in open_braces
        if mark == "(":
            parens += 1
        elif mark == ")":
            parens -= 1
        elif mark == "{":
            kind = "value"
            if not inside_body and parens == 0 and "value" not in open_braces:
                head = code[head_start:at]
                kind = kind_of(head)
                if kind == "body":
                    body_start = head_start + len(head) - len(head.lstrip())
                    body_name = function_name(head)
                if kind != "value":
                    head_start = at + 1
            open_braces.append(kind)
            paren_stack.append(parens)
            parens = 0
        elif mark == "}":
            if not open_braces:
                continue
            kind = open_braces.pop()
            parens = paren_stack.pop()
            if kind == "body":
                first, last = code.count("\n", 0, body_start) + 1, code.count("\n", 0, at) + 1
                found.append(Function(body_name, first, last))
            if kind in ("body", "scope"):
                head_start = at + 1
        elif mark == ";" and not inside_body and parens == 0 and "value" not in open_braces:
            head_start = at + 1
    return found


def kind_of(head: str) -> str:
    head = without_template(head.strip())
    head = re.sub(r"^(?:(?:public|private|protected)\s*:\s*)+", "", head)
    if TYPE_OR_NAMESPACE.match(head):
        return "scope"
    after = after_last_parameters(head)
    if after is None or has_assignment(head):
        return "value"
    if AFTER_PARAMETERS.match(after):
        return "body"
    if re.match(r"^\s*(?:noexcept\b\s*)?:(?!:)", after):
        # In a list of member initialisers: a brace after a name or a template is a member's, any other the body.
        return "body" if re.search(r"[)}]\s*$", after) else "value"
    return "value"


def without_template(head: str) -> str:
    while True:
        found = re.match(r"template\s*<", head)
        if not found:
            return head
        depth, at = 1, found.end()
        while at < len(head) and depth:
            depth += {"<": 1, ">": -1}.get(head[at], 0) if head[at - 1 : at + 1] != "->" else 0
            at += 1
        head = re.sub(r"^requires\s+[^;{]*?(?=\b(?:class|struct|union)\b)", "", head[at:].strip())


def after_last_parameters(head: str) -> str | None:
    """What follows the closing parenthesis of the parameters; None when there are none."""
    depth = 0
    for at, character in enumerate(head):
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0 and not re.match(r"\s*\(", head[at + 1 :]):
                return head[at + 1 :]
    return None


def has_assignment(head: str) -> bool:
    flat = re.sub(r"\boperator\s*[^\s(]+", "operator", head)
    while True:
        shorter = re.sub(r"\([^()]*\)|<[^<>=]*>", "", flat)
        if shorter == flat:
            break
        flat = shorter
    return bool(re.search(r"(?<![=!<>+\-*/%&|^])=(?!=)", flat.split("requires")[0]))


def function_name(head: str) -> str:
    head = without_template(head.strip())
    found = re.search(r"([\w:~]+(?:\s*operator\s*\S+)?)\s*\(", head)
    if found and found.group(1) in ("TEST", "TEST_F", "TEST_P", "TYPED_TEST", "TYPED_TEST_P"):
        return re.sub(r"\s+", " ", head[found.start() :])
    return found.group(1) if found else "a function"


def blank_directives(code: str) -> str:
    """Preprocessor lines, with their continuations, hold no functions."""
    return re.sub(r"^[ \t]*#(?:[^\n\\]|\\\n|\\[^\n])*", lambda found: re.sub(r"[^\n]", " ", found.group(0)), code,
                  flags=re.MULTILINE)
