#include "platform/assembly/assembler.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace kontor::platform::assembly {
namespace {

using Providers = std::map<std::string_view, const Assembly*>;  ///< by type; null: the process itself

/// Depth first over what is required, in the order of the list: dependencies come out before dependents, and
/// equals keep their order.
class Plan {
 public:
  explicit Plan(const Providers& providers) : providers_(providers) {}

  Result<void> visit(const Assembly& assembly) {
    if (done_.contains(assembly.name)) return {};
    if (std::ranges::find(path_, assembly.name, &Step::assembly) != path_.end()) return cycle(assembly.name);
    path_.push_back({assembly.name, {}});
    for (const auto type : assembly.required) {
      path_.back().requires_type = type;
      const auto provider = providers_.find(type);
      if (provider == providers_.end()) return gap(type);
      if (!provider->second) continue;
      if (auto visited = visit(*provider->second); !visited) return visited;
    }
    path_.pop_back();
    done_.insert(assembly.name);
    order_.push_back(assembly);
    return {};
  }

  std::vector<Assembly> take() && { return std::move(order_); }

 private:
  struct Step {
    std::string_view assembly;
    std::string_view requires_type;
  };

  std::string chain(std::size_t from) const {
    std::string text;
    for (std::size_t i = from; i < path_.size(); ++i) {
      text += fmt::format("{}{}{} requires {}", i > from ? ", provided by " : "", path_[i].assembly,
                          i > from ? ", which" : "", path_[i].requires_type);
    }
    return text;
  }

  std::unexpected<Error> gap(std::string_view type) const {
    return fail(ErrorCode::invalid_input,
                "{}, which no assembly of this process provides; add one that provides {} to the role",
                chain(0), type);
  }

  std::unexpected<Error> cycle(std::string_view again) const {
    const auto begin = std::ranges::find(path_, again, &Step::assembly) - path_.begin();
    return fail(ErrorCode::invalid_input, "assemblies require each other in a circle: {}, provided by {}",
                chain(static_cast<std::size_t>(begin)), again);
  }

  const Providers& providers_;
  std::vector<Step> path_;
  std::set<std::string_view> done_;
  std::vector<Assembly> order_;
};

Result<void> add_providers(const std::vector<Assembly>& assemblies, Providers& providers) {
  for (const auto& assembly : assemblies) {
    for (const auto type : assembly.provided) {
      const auto [first, inserted] = providers.emplace(type, &assembly);
      if (inserted) continue;
      return fail(ErrorCode::invalid_input, "{} is provided by {} and by {}; a service has one provider",
                  type, first->second ? first->second->name : "the process itself", assembly.name);
    }
  }
  return {};
}

/// Whoever stores a kind decides about it, so there is one.
Result<void> check_kinds(const std::vector<Assembly>& assemblies) {
  std::map<std::string_view, std::string_view> owners;
  for (const auto& assembly : assemblies) {
    for (const auto* kind : assembly.kinds) {
      const auto [first, inserted] = owners.emplace(kind->name, assembly.name);
      if (inserted) continue;
      return fail(ErrorCode::invalid_input,
                  "entities of kind {} are stored by {} and by {}; a kind has one owner", kind->name,
                  first->second, assembly.name);
    }
  }
  return {};
}

/// Each assembly once, by its name.
void remove_repetitions(std::vector<Assembly>& assemblies, std::set<std::string_view>& seen) {
  std::erase_if(assemblies, [&](const Assembly& assembly) { return !seen.insert(assembly.name).second; });
}

/// Keeps all that went wrong where one failure must not hide the others.
class Failures {
 public:
  void add(std::string_view step, std::string_view assembly, Error error) {
    text_ += fmt::format("{}{} {}: {}", text_.empty() ? "" : "; ", step, assembly, error.message());
    if (!code_) code_ = error.code;
  }
  Result<void> done() const {
    if (!code_) return {};
    return fail(Error{*code_, text_, {}, {}});
  }

 private:
  std::string text_;
  std::optional<ErrorCode> code_;
};

using Question = std::function<Result<void>(const config::Settings&)> Assembly::*;

Result<void> ask_all(const std::vector<Assembly>& assemblies, Question question,
                     const config::Settings& settings) {
  std::string problems;
  for (const auto& assembly : assemblies) {
    auto checked = (assembly.*question)(settings);
    if (!checked) problems += (problems.empty() ? "" : "\n") + checked.error().message();
  }
  if (problems.empty()) return {};
  return fail(Error{ErrorCode::invalid_input, std::move(problems), {}, {}});
}

}  // namespace

namespace internal {

std::string section_name(std::string_view assembly_name) {
  std::string name(assembly_name);
  std::ranges::replace(name, '-', '_');
  return name;
}

Task<Result<void>> nothing() {
  co_return Result<void>{};
}

}  // namespace internal

Assembler::Assembler(std::vector<Assembly> wanted, std::vector<Assembly> available)
    : wanted_(std::move(wanted)), available_(std::move(available)), kinds_(std::make_unique<EntityKinds>()) {
  std::set<std::string_view> seen;
  remove_repetitions(wanted_, seen);
  remove_repetitions(available_, seen);
  give(*kinds_);
}

Result<std::vector<Assembly>> Assembler::plan() const {
  Providers providers;
  for (const auto type : given_) providers.emplace(type, nullptr);
  if (auto added = add_providers(wanted_, providers); !added) return fail(std::move(added.error()));
  if (auto added = add_providers(available_, providers); !added) return fail(std::move(added.error()));
  Plan plan(providers);
  for (const auto& assembly : wanted_) {
    if (auto visited = plan.visit(assembly); !visited) return fail(std::move(visited.error()));
  }
  auto order = std::move(plan).take();
  if (auto checked = check_kinds(order); !checked) return fail(std::move(checked.error()));
  return order;
}

Result<void> Assembler::check(const config::Settings& settings) const {
  auto order = plan();
  if (!order) return fail(std::move(order.error()));
  return ask_all(*order, &Assembly::can_start, settings);
}

Result<Assembled> Assembler::build(const config::Settings& settings) {
  auto order = plan();
  if (!order) return fail(std::move(order.error()));
  auto checked = ask_all(*order, &Assembly::check_config, settings);
  if (!checked) return fail(std::move(checked.error()));
  for (const auto& assembly : *order) {
    kinds_->all.insert(kinds_->all.end(), assembly.kinds.begin(), assembly.kinds.end());
  }
  Assembled assembled;
  assembled.kinds_ = std::move(kinds_);
  for (const auto& assembly : *order) {
    auto part = assembly.build(table_, settings);
    if (!part) return fail(std::move(part.error()));
    assembled.members_.push_back({assembly.name, std::move(*part)});
  }
  return assembled;
}

Assembled::Assembled(Assembled&&) noexcept = default;

Assembled::~Assembled() {
  while (!members_.empty()) members_.pop_back();
}

Task<Result<void>> Assembled::start() {
  for (; started_ < members_.size(); ++started_) {
    auto& member = members_[started_];
    auto started = co_await member.part->start();
    if (started) continue;
    Failures failures;
    failures.add("start", member.name, std::move(started.error()));
    auto stopped = co_await stop();
    if (!stopped) failures.add("then", "stopping what had started", std::move(stopped.error()));
    co_return failures.done();
  }
  co_return Result<void>{};
}

Task<Result<void>> Assembled::drain(async::Deadline deadline) {
  Failures failures;
  for (auto i = started_; i > 0; --i) {
    auto& member = members_[i - 1];
    auto drained = co_await member.part->drain(deadline);
    if (!drained) failures.add("drain", member.name, std::move(drained.error()));
  }
  co_return failures.done();
}

Task<Result<void>> Assembled::stop() {
  Failures failures;
  while (started_ > 0) {
    auto& member = members_[--started_];
    auto stopped = co_await member.part->stop();
    if (!stopped) failures.add("stop", member.name, std::move(stopped.error()));
  }
  co_return failures.done();
}

std::string draw(std::span<const Assembly> planned) {
  std::map<std::string_view, std::string_view> providers;
  for (const auto& assembly : planned) {
    for (const auto type : assembly.provided) providers.emplace(type, assembly.name);
  }
  std::string text = "digraph kontor {\n  rankdir=BT;\n  node [shape=box];\n";
  for (const auto& assembly : planned) {
    text += fmt::format("  \"{}\";\n", assembly.name);
    for (const auto type : assembly.required) {
      const auto provider = providers.find(type);
      if (provider == providers.end()) continue;
      const auto short_name =
          type.substr(type.rfind(':') == std::string_view::npos ? 0 : type.rfind(':') + 1);
      text +=
          fmt::format("  \"{}\" -> \"{}\" [label=\"{}\"];\n", assembly.name, provider->second, short_name);
    }
  }
  return text + "}\n";
}

}  // namespace kontor::platform::assembly
