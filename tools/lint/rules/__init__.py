"""One file a family of rules. A rule is a function from the tree to findings, listed in RULES with its name."""

from . import cpp, decisions, dependencies, documents, mutants, tools

RULES = dependencies.RULES | cpp.RULES | documents.RULES | decisions.RULES | mutants.RULES | tools.RULES
