#include "protocol/dcp/scope.hpp"

#include <algorithm>
#include <array>

#include "base/text/text.hpp"
#include "protocol/dcp/messages.hpp"

namespace kontor::protocol::dcp {
namespace {

constexpr std::array<std::string_view, 4> operations{"read", "write", "all", "*"};
/// As connectors before the specification said it, of which there are some.
constexpr std::string_view older_alias_type = "org.eclipse.edc.vc.type";

bool names_type(std::string_view alias) {
  return text::equal_ignoring_case(alias, scope_alias_type) ||
         text::equal_ignoring_case(alias, older_alias_type);
}

Scope scope_of_type(std::string_view discriminator) {
  const auto parts = text::split_last(discriminator, '#');
  if (!parts) return {.value = std::string(discriminator)};
  return {.context = std::string(parts->first), .value = std::string(parts->second)};
}

std::string_view without_operation(std::string_view discriminator) {
  const auto parts = text::split_last(discriminator, ':');
  const bool has_operation = parts && std::ranges::find(operations, parts->second) != operations.end();
  return has_operation ? parts->first : discriminator;
}

Result<void> add_scopes(std::string_view text, std::vector<Scope>& scopes) {
  for (auto part : text::split(text, ' ')) {
    if (part.empty()) continue;
    auto scope = parse_scope(part);
    if (!scope) return fail(std::move(scope.error()));
    scopes.push_back(std::move(*scope));
    if (scopes.size() > entries_max) return invalid("/scope", "holds more than {} scopes", entries_max);
  }
  return {};
}

}  // namespace

Result<Scope> parse_scope(std::string_view text) {
  const auto parts = text::split_once(text, ':');
  if (!parts) return invalid("/scope", "'{}' is no scope: use alias:discriminator:read", text::for_log(text));
  const auto discriminator = without_operation(parts->second);
  if (discriminator.empty()) return invalid("/scope", "'{}' names nothing", text::for_log(text));
  if (names_type(parts->first)) return scope_of_type(discriminator);
  if (text::equal_ignoring_case(parts->first, scope_alias_id)) {
    return Scope{.alias = Scope::Alias::id, .value = std::string(discriminator)};
  }
  return invalid("/scope", "'{}' is no known alias: use {} or {}", text::for_log(parts->first),
                 scope_alias_type, scope_alias_id);
}

Result<std::vector<Scope>> parse_scopes(std::string_view text) {
  return parse_scopes(std::vector{std::string(text)});
}

Result<std::vector<Scope>> parse_scopes(const std::vector<std::string>& texts) {
  std::vector<Scope> scopes;
  for (const auto& text : texts) {
    if (auto done = add_scopes(text, scopes); !done) return fail(std::move(done.error()));
  }
  if (scopes.empty()) return invalid("/scope", "must hold at least one scope");
  return scopes;
}

std::string to_string(const Scope& scope) {
  const auto alias = scope.alias == Scope::Alias::type ? scope_alias_type : scope_alias_id;
  const auto context_part = scope.context.empty() ? std::string() : scope.context + "#";
  return std::string(alias) + ":" + context_part + scope.value + ":read";
}

std::string to_string(const std::vector<Scope>& scopes) {
  std::vector<std::string> texts;
  for (const auto& scope : scopes) texts.push_back(to_string(scope));
  return text::join(texts, " ");
}

Scope resolved(Scope scope, const DiscriminatorAliases& aliases) {
  if (scope.alias != Scope::Alias::type || !scope.context.empty()) return scope;
  const auto alias = aliases.find(scope.value);
  return alias == aliases.end() ? scope : scope_of_type(alias->second);
}

bool grants(const Scope& scope, const vc::Credential& credential) {
  if (scope.alias == Scope::Alias::id) return credential.id == scope.value;
  const auto& contexts = credential.contexts;
  const bool context_fits =
      scope.context.empty() || std::ranges::find(contexts, scope.context) != contexts.end();
  return context_fits && (scope.value.empty() || vc::has_type(credential, scope.value));
}

}  // namespace kontor::protocol::dcp
