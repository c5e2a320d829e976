#include "app/inspect/inspect.hpp"

#include <functional>

#include "platform/config/describe.hpp"
#include "platform/openapi/assembly.hpp"

namespace kontor::app::inspect {
namespace {

using process::Host;
using process::Options;
using Question = std::function<Result<std::string>(Host&, const platform::config::Settings&, const Options&)>;

Task<int> answer_in(boost::asio::any_io_executor executor, const Question& question,
                    const platform::config::Settings& settings, const Options& options,
                    Result<std::string>& answer) {
  Host host(executor, {});
  answer = question(host, settings, options);
  co_await host.scope().close();
  co_return 0;
}

/// Asks a host that is built and never started.
Result<std::string> ask(const Options& options, const Question& question) {
  auto settings = process::load_settings(options.sources);
  if (!settings) return fail(std::move(settings.error()));
  Result<std::string> answer;
  platform::async::run_process(
      [&](boost::asio::any_io_executor executor) {
        return answer_in(executor, question, *settings, options, answer);
      },
      nullptr);
  return answer;
}

Result<platform::assembly::Assembled> build(Host& host, const platform::config::Settings& settings,
                                            const Options& options) {
  auto assembler = host.assembler(options.roles);
  if (!assembler) return fail(std::move(assembler.error()));
  return assembler->build(settings);
}

Result<std::string> check(Host& host, const platform::config::Settings& settings, const Options& options) {
  if (auto own = settings.read<process::ProcessConfig>("process"); !own) return fail(std::move(own.error()));
  auto assembler = host.assembler(options.roles);
  if (!assembler) return fail(std::move(assembler.error()));
  if (auto fine = assembler->check(settings); !fine) return fail(std::move(fine.error()));
  auto built = assembler->build(settings);
  if (!built) return fail(std::move(built.error()));
  return "the configuration is valid\n";
}

Result<std::string> graph(Host& host, const platform::config::Settings&, const Options& options) {
  auto assembler = host.assembler(options.roles);
  if (!assembler) return fail(std::move(assembler.error()));
  auto planned = assembler->plan();
  if (!planned) return fail(std::move(planned.error()));
  return platform::assembly::draw(*planned);
}

Result<std::string> metrics(Host& host, const platform::config::Settings& settings, const Options& options) {
  auto built = build(host, settings, options);
  if (!built) return fail(std::move(built.error()));
  return host.registry().list();
}

struct Found {
  platform::openapi::Documents* documents = nullptr;
};

/// Hands out what a process would serve.
struct LookInside {
  static constexpr std::string_view name = "look-inside";
  using Requires = platform::assembly::Services<platform::openapi::Documents, Found>;
  using Provides = platform::assembly::Services<>;
  using Config = platform::assembly::NoConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    needs.get<Found>().documents = &needs.get<platform::openapi::Documents>();
    return platform::assembly::Built<Provides>{};
  }
};

Result<protocol::api::Listener> listener_named(std::string_view name) {
  using protocol::api::Listener;
  if (name == "public") return Listener::open;
  if (name == "administration") return Listener::administration;
  if (name == "signaling") return Listener::signaling;
  return fail(ErrorCode::invalid_input,
              "there is no listener {}; known are public, administration, signaling", name);
}

Result<std::string> openapi(Host& host, const platform::config::Settings& settings, const Options& options,
                            protocol::api::Listener listener) {
  Found found;
  auto assembler = host.assembler(options.roles, {platform::assembly::assembly_of<LookInside>()});
  if (!assembler) return fail(std::move(assembler.error()));
  auto built = assembler->give(found).build(settings);
  if (!built) return fail(std::move(built.error()));
  return found.documents->text(listener) + "\n";
}

}  // namespace

Result<std::string> show_config(const Options& options, Format format) {
  auto settings = process::load_settings(options.sources);
  if (!settings) return fail(std::move(settings.error()));
  const auto as =
      format == Format::text ? platform::config::Format::text : platform::config::Format::markdown;
  return platform::config::describe(process::all_sections(), *settings, as);
}

Result<std::string> check_config(const Options& options) {
  return ask(options, &check);
}
Result<std::string> show_openapi(const Options& options, std::string_view listener) {
  auto which = listener_named(listener);
  if (!which) return fail(std::move(which.error()));
  return ask(options,
             [which = *which](Host& host, const platform::config::Settings& settings, const Options& asked) {
               return openapi(host, settings, asked, which);
             });
}
Result<std::string> show_graph(const Options& options) {
  return ask(options, &graph);
}
Result<std::string> list_metrics(const Options& options) {
  return ask(options, &metrics);
}

}  // namespace kontor::app::inspect
