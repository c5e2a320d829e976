#include "app/arguments/syntax.hpp"

// A command line is read once a process: six CPU seconds of optimising CLI11 would be for nothing.
#if defined(__clang__)
#pragma clang optimize off
#endif
#include <CLI/CLI.hpp>
#if defined(__clang__)
#pragma clang optimize on
#endif
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <sstream>
#include <string_view>

namespace kontor::app::arguments {
namespace {

/// What was said of an option becomes a value; false when it cannot.
using Convert = std::function<bool(const std::vector<std::string>&)>;

bool to_number(const std::string& text, std::uint64_t& value) {
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && rest == end && !text.empty();
}

CLI::Validator within(const Bounds& bounds) {
  const auto open = bounds.last == Bounds{}.last;
  const auto range =
      open ? fmt::format("at least {}", bounds.first) : fmt::format("{} to {}", bounds.first, bounds.last);
  return CLI::Validator(
      [bounds, range](std::string& text) {
        std::uint64_t value = 0;
        if (to_number(text, value) && value >= bounds.first && value <= bounds.last) return std::string();
        return fmt::format("{} is not a number of {}", text, range);
      },
      range);
}

CLI::Validator among(const std::vector<std::string>& values) {
  const auto names = fmt::format("{{{}}}", fmt::join(values, ","));
  return CLI::Validator(
      [values, names](std::string& text) {
        return std::ranges::find(values, text) != values.end() ? std::string()
                                                               : fmt::format("{} not in {}", text, names);
      },
      names);
}

CLI::Option& add(CLI::App& app, const Option& option, std::string_view kind, Convert convert) {
  auto& added = *app.add_option(option.name, std::move(convert), option.meaning);
  added.type_name(option.kind.empty() ? std::string(kind) : option.kind);
  added.required(option.required);
  if (!option.one_of.empty()) added.check(among(option.one_of));
  if (option.existing_file) added.check(CLI::ExistingFile);
  return added;
}

}  // namespace

int print(const Exit& exit) {
  std::fwrite(exit.text.data(), 1, exit.text.size(), exit.code == 0 ? stdout : stderr);
  return exit.code;
}

Syntax::Syntax(const About& about) : app_(std::make_shared<CLI::App>(about.text, about.name)) {
  app_->footer(about.footer);
}
Syntax::Syntax(std::shared_ptr<CLI::App> app) : app_(std::move(app)) {}

void Syntax::option(std::string& value, const Option& option) {
  auto& added = add(*app_, option, "TEXT", [&value](const auto& said) {
    value = said.front();
    return true;
  });
  if (option.shows_default) added.default_str(value);
}

void Syntax::option(std::filesystem::path& value, const Option& option) {
  auto& added = add(*app_, option, "TEXT", [&value](const auto& said) {
    value = said.front();
    return true;
  });
  if (option.shows_default) added.default_str(value.string());
}

void Syntax::option(std::uint64_t& value, const Option& option) {
  auto& added =
      add(*app_, option, "UINT", [&value](const auto& said) { return to_number(said.front(), value); });
  if (option.bounds.first != Bounds{}.first || option.bounds.last != Bounds{}.last) {
    added.check(within(option.bounds));
  }
  if (option.shows_default) added.default_str(std::to_string(value));
}

void Syntax::option(std::vector<std::string>& values, const Option& option) {
  auto& added = add(*app_, option, "TEXT", [&values](const auto& said) {
    values = said;
    return true;
  });
  added.expected(CLI::detail::expected_max_vector_size);
  if (option.commas) {
    added.delimiter(',');
  } else {
    added.allow_extra_args(false);
  }
}

void Syntax::flag(bool& value, const Named& flag) {
  app_->add_flag_callback(flag.name, [&value] { value = true; }, flag.meaning);
}

Syntax Syntax::verb(const Named& verb) {
  app_->require_subcommand(0, 1);
  return Syntax(std::shared_ptr<CLI::App>(app_, app_->add_subcommand(verb.name, verb.meaning)));
}

void Syntax::require_verb() {
  app_->require_subcommand(1);
}

bool Syntax::said() const {
  return app_->parsed();
}

/// CLI11 would ask for a verb without a word about the one that it got.
std::optional<std::string> Syntax::unknown_verb(const std::vector<std::string>& arguments) const {
  const auto verbs = app_->get_subcommands({});
  if (verbs.empty() || arguments.empty() || arguments.front().starts_with('-')) return std::nullopt;
  std::string known;
  for (const auto* verb : verbs) {
    if (verb->get_name() == arguments.front()) return std::nullopt;
    known += (known.empty() ? "" : ", ") + verb->get_name();
  }
  return fmt::format("there is no verb {}; known are {}\n", arguments.front(), known);
}

std::optional<Exit> Syntax::parse(const std::vector<std::string>& arguments) const {
  if (auto unknown = unknown_verb(arguments)) return Exit{2, std::move(*unknown)};
  try {
    // CLI11 takes its arguments from the back.
    app_->parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = app_->exit(error, out, err);
    return Exit{code == 0 ? 0 : 2, code == 0 ? out.str() : err.str()};
  }
  return std::nullopt;
}

std::optional<int> Syntax::read(int count, char** arguments) const {
  if (app_->get_name().empty()) app_->name(arguments[0]);
  const auto exit = parse({arguments + 1, arguments + count});
  return exit ? std::optional(print(*exit)) : std::nullopt;
}

}  // namespace kontor::app::arguments
