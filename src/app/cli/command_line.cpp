#include "app/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>

#include "app/inspect/inspect.hpp"
#include "app/process/run.hpp"
#include "app/roles/roles.hpp"

namespace kontor::app::cli {
namespace {

constexpr std::string_view examples = R"(
Examples
  kontor run                                        everything in one process, with the defaults
  kontor run --config kontor.yaml                   the same, configured by a file
  kontor run --set listeners.public.port=8443       one key, above file and environment
  kontor config --config kontor.yaml                every key, its meaning, its value and who set it
  kontor config check --config kontor.yaml          what is wrong with it, before it runs
  kontor graph --roles all | dot -Tsvg > kontor.svg what a process is made of
  kontor openapi --listener administration          what its APIs take and give, as an OpenAPI document

Values come from the defaults, then the file, then the environment (KONTOR_LISTENERS__PUBLIC__PORT=8443),
then --set; the later one wins. Secrets may stand in files: `some_secret_file` for `some_secret`.
A running process answers /check/{health,liveness,readiness,startup} and /metrics at monitoring.listener,
and ends in order on SIGTERM.)";

std::string roles_help() {
  std::string text = "Roles of the process, separated by commas: all";
  for (const auto& role : roles::known_roles()) text += fmt::format("; {} ({})", role.name, role.meaning);
  return text;
}

/// CLI11 keeps references to what it fills in: one object for the time of parsing.
struct Parser {
  CLI::App app{"Kontor: a dataspace for many organisations in one runtime.", "kontor"};
  Command command{.verb = Verb::run, .options = {}};
  std::vector<std::pair<CLI::App*, Verb>> verbs;  ///< a verb within a verb stands behind it

  Parser() {
    app.require_subcommand(1);
    app.footer(std::string(examples));
    auto* run = add("run", "Run a process until SIGTERM", Verb::run);
    add_roles(*run);
    auto* config = add("config", "Show every configuration key with its meaning and value", Verb::config);
    config->add_flag("--markdown", command.markdown, "As a reference document, without values");
    config->require_subcommand(0, 1);
    auto* check =
        config->add_subcommand("check", "Say what is wrong with the configuration, or that nothing is");
    describe(*check, Verb::config_check);
    add_roles(*check);
    add_roles(*add("graph", "Draw what a process is made of, as a Graphviz digraph", Verb::graph));
    add_roles(
        *add("metrics",
             "Show every metric with type, unit, labels and meaning; a running process serves their values "
             "at /metrics",
             Verb::metrics));
    auto* openapi = add("openapi", "Show the OpenAPI document of a listener", Verb::openapi);
    openapi->add_option("--listener", command.listener, "public, administration or signaling")
        ->capture_default_str();
    add_roles(*openapi);
    verbs.emplace_back(app.add_subcommand("version", "Show the version"), Verb::version);
  }

  CLI::App* add(const std::string& name, const std::string& meaning, Verb verb) {
    auto* sub = app.add_subcommand(name, meaning);
    describe(*sub, verb);
    return sub;
  }

  void describe(CLI::App& sub, Verb verb) {
    verbs.emplace_back(&sub, verb);
    auto& sources = command.options.sources;
    sub.add_option("--config", sources.file, "Configuration file, YAML")->type_name("FILE");
    sub.add_option("--set", sources.flags, "One key: section.key=value; may be repeated")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
  }

  /// CLI11 would ask for a verb without a word about the one that it got.
  std::optional<std::string> unknown_verb(const std::vector<std::string>& arguments) const {
    if (arguments.empty() || arguments.front().starts_with('-')) return std::nullopt;
    std::string known;
    for (const auto* verb : app.get_subcommands({})) {
      if (verb->get_name() == arguments.front()) return std::nullopt;
      known += (known.empty() ? "" : ", ") + verb->get_name();
    }
    return fmt::format("there is no verb {}; known are {}\n", arguments.front(), known);
  }

  void add_roles(CLI::App& sub) {
    sub.add_option("--roles", command.options.roles, roles_help())->delimiter(',')->type_name("ROLES");
  }
};

void print(std::FILE* to, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), to);
}

Result<std::string> inspected(const Command& command) {
  const auto format = command.markdown ? inspect::Format::markdown : inspect::Format::text;
  switch (command.verb) {
    case Verb::config:
      return inspect::show_config(command.options, format);
    case Verb::config_check:
      return inspect::check_config(command.options);
    case Verb::graph:
      return inspect::show_graph(command.options);
    case Verb::metrics:
      return inspect::list_metrics(command.options);
    case Verb::openapi:
      return inspect::show_openapi(command.options, command.listener);
    case Verb::version:
    case Verb::run:
      break;
  }
  return std::string("kontor " KONTOR_VERSION "\n");
}

}  // namespace

std::variant<Command, Exit> parse(const std::vector<std::string>& arguments) {
  Parser parser;
  if (auto unknown = parser.unknown_verb(arguments)) return Exit{2, std::move(*unknown)};
  try {
    // CLI11 takes its arguments from the back.
    parser.app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = parser.app.exit(error, out, err);
    return Exit{code == 0 ? 0 : 2, code == 0 ? out.str() : err.str()};
  }
  for (const auto& [sub, verb] : parser.verbs) {
    if (sub->parsed()) parser.command.verb = verb;
  }
  auto& options = parser.command.options;
  if (options.roles.empty()) options.roles = {"all"};
  options.sources.environment = platform::config::process_environment();
  return parser.command;
}

int execute(const Command& command) {
  if (command.verb == Verb::run) return process::run(command.options);
  const auto text = inspected(command);
  if (!text) {
    print(stderr, text.error().message() + "\n");
    return 2;
  }
  print(stdout, *text);
  return 0;
}

}  // namespace kontor::app::cli
