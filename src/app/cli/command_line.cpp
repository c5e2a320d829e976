#include "app/cli/command_line.hpp"

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
  kontor conformance data-plane --help              how a data plane of yours is tried

Values come from the defaults, then the file, then the environment (KONTOR_LISTENERS__PUBLIC__PORT=8443),
then --set; the later one wins. Secrets may stand in files: `some_secret_file` for `some_secret`.
A running process answers /check/{health,liveness,readiness,startup} and /metrics at monitoring.listener,
and ends in order on SIGTERM.)";

constexpr std::string_view conformance_meaning =
    R"(Play a control plane against a data plane of yours: which cases pass?

Our address for callbacks is printed first: give it to the plane as its control plane's endpoint (with --port
it is the same each time). Each case is a line with the steps that were taken, or what was expected and seen;
=STATE is the plane's status, <NAME a callback, OP! a signal that has to be refused. What needs the plane's
help is skipped and says which option helps. The last line is `N passed, M failed, K skipped`; the exit code
is 1 when a case failed.

  kontor conformance data-plane http://127.0.0.1:8090 --context default --profile Csv-PULL --token secret \
      --port 8091 --side provider --dataset stations)";

std::string roles_help() {
  std::string text = "Roles of the process, separated by commas: all";
  for (const auto& role : roles::known_roles()) text += fmt::format("; {} ({})", role.name, role.meaning);
  return text;
}

/// A verb of the command line and the same as a value.
struct Known {
  arguments::Syntax syntax;
  Verb verb;
};

/// Options are bound to the command: one object for the time of parsing.
struct Parser {
  arguments::Syntax line{{.text = "Kontor: a dataspace for many organisations in one runtime.",
                          .name = "kontor",
                          .footer = std::string(examples)}};
  Command command{.verb = Verb::run, .options = {}};
  std::vector<Known> verbs;  ///< a verb within a verb stands behind it

  Parser() {
    add_roles(add({"run", "Run a process until SIGTERM"}, Verb::run));
    add_config();
    add_roles(add({"graph", "Draw what a process is made of, as a Graphviz digraph"}, Verb::graph));
    add_roles(
        add({"metrics",
             "Show every metric with type, unit, labels and meaning; a running process serves their values "
             "at /metrics"},
            Verb::metrics));
    auto openapi = add({"openapi", "Show the OpenAPI document of a listener"}, Verb::openapi);
    openapi.option(
        command.listener,
        {.name = "--listener", .meaning = "public, administration or signaling", .shows_default = true});
    add_roles(openapi);
    add_conformance();
    verbs.emplace_back(line.verb({"version", "Show the version"}), Verb::version);
    line.require_verb();
  }

  void add_config() {
    auto config = add({"config", "Show every configuration key with its meaning and value"}, Verb::config);
    config.flag(command.markdown, {"--markdown", "As a reference document, without values"});
    auto check = config.verb({"check", "Say what is wrong with the configuration, or that nothing is"});
    describe(check, Verb::config_check);
    add_roles(check);
  }

  void add_conformance() {
    auto all = line.verb({"conformance", "Hold a program of yours against a specification"});
    all.require_verb();
    auto syntax = all.verb({"data-plane", std::string(conformance_meaning)});
    verbs.emplace_back(syntax, Verb::conformance);
    auto& options = command.data_plane;
    const auto says = [&](std::string& value, std::string name, std::string meaning, std::string kind) {
      syntax.option(value, {.name = std::move(name), .meaning = std::move(meaning), .kind = std::move(kind)});
    };
    syntax.option(options.url, {.name = "URL",
                                .meaning = "Base of its signalling; /dataflows/... follows",
                                .kind = "URL",
                                .required = true});
    syntax.option(options.profiles, {.name = "--profile",
                                     .meaning = "A transfer profile that it serves; may be repeated",
                                     .kind = "PROFILE"});
    says(options.context, "--context", "Its participant context: adds /api/v1/CONTEXT to the base",
         "CONTEXT");
    says(options.token, "--token", "Sent with each signal, as a bearer token", "TOKEN");
    syntax.option(options.side, {.name = "--side",
                                 .meaning = "Which side it plays",
                                 .shows_default = true,
                                 .one_of = {"provider", "consumer", "both"}});
    says(options.dataset, "--dataset", "A dataset that it has", "ID");
    says(options.participant, "--participant", "The participant that it works for", "ID");
    says(options.late_agreement, "--late-agreement",
         "An agreement under which it answers prepare and start later", "ID");
    says(options.ending_agreement, "--ending-agreement", "An agreement under which it ends flows by itself",
         "ID");
    syntax.flag(options.renewal, {"--renewal", "Its tokens expire, and it resolves did:web by plain http"});
    syntax.option(options.port, {.name = "--port",
                                 .meaning = "Of our listener for its callbacks; 0: any",
                                 .kind = "PORT",
                                 .bounds = {0, 65535}});
  }

  arguments::Syntax add(const arguments::Named& named, Verb verb) {
    auto syntax = line.verb(named);
    describe(syntax, verb);
    return syntax;
  }

  void describe(arguments::Syntax& syntax, Verb verb) {
    verbs.emplace_back(syntax, verb);
    auto& sources = command.options.sources;
    syntax.option(sources.file, {.name = "--config", .meaning = "Configuration file, YAML", .kind = "FILE"});
    syntax.option(
        sources.flags,
        {.name = "--set", .meaning = "One key: section.key=value; may be repeated", .kind = "KEY=VALUE"});
  }

  void add_roles(arguments::Syntax syntax) {
    syntax.option(command.options.roles,
                  {.name = "--roles", .meaning = roles_help(), .kind = "ROLES", .commas = true});
  }
};

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
    case Verb::conformance:
      break;
  }
  return std::string("kontor " KONTOR_VERSION "\n");
}

}  // namespace

std::variant<Command, Exit> parse(const std::vector<std::string>& arguments) {
  Parser parser;
  if (auto exit = parser.line.parse(arguments)) return std::move(*exit);
  for (const auto& [syntax, verb] : parser.verbs) {
    if (syntax.said()) parser.command.verb = verb;
  }
  auto& options = parser.command.options;
  if (options.roles.empty()) options.roles = {"all"};
  options.sources.environment = platform::config::process_environment();
  return parser.command;
}

int execute(const Command& command) {
  if (command.verb == Verb::run) return process::run(command.options);
  if (command.verb == Verb::conformance) return conformance::check_data_plane(command.data_plane);
  const auto text = inspected(command);
  return arguments::print(text ? Exit{0, *text} : Exit{2, text.error().message() + "\n"});
}

}  // namespace kontor::app::cli
