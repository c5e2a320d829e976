#include "runtime/dataspace/dataspaces.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/text/beginning.hpp"
#include "base/text/text.hpp"
#include "protocol/dsp/version.hpp"

namespace kontor::runtime::dataspace {

namespace dcp = protocol::dcp;
namespace engine = platform::engine;
namespace store = platform::store;
using protocol::api::management::DcpScope;

namespace {

constexpr std::string_view associated_entry = "edc.dataspace.profiles";
constexpr std::string_view served_binding = "HTTPS";
constexpr std::string_view served_namespace = "https://w3id.org/dspace/2025/1/";
constexpr std::string_view named_by_version = "dataspace-protocol-http:";
constexpr std::size_t profiles_kept_max = 1000;
constexpr std::size_t segments_kept_max = 20'000;
constexpr std::uint32_t scopes_page = 500;

std::string names_of(const std::vector<Profile>& profiles) {
  std::string names;
  for (const auto& each : profiles) names += (names.empty() ? "'" : ", '") + each.name + "'";
  return names.empty() ? "it has none" : "it has " + names;
}

std::string served_versions() {
  std::string versions;
  for (const auto& [form, version] : protocol::dsp::form_names.rows)
    versions += (versions.empty() ? "'" : ", '") + std::string(version) + "'";
  return versions;
}

}  // namespace

struct Dataspaces::State {
  Task<Result<Profile>> load(std::string name);
  Task<Result<std::vector<DcpScope>>> all_scopes();

  engine::Engine& engine;
  participant_context::ParticipantContexts& contexts;
  std::unordered_map<std::string, Profile> profiles;
  std::unordered_map<std::string, Profile> segments;  ///< by participant and segment: asked for every message
  std::optional<std::vector<DcpScope>> scopes;
  std::uint64_t changes = 0;  ///< what was read before a change is not kept after it
};

Profile built_in_profile() {
  return {.name = std::string(default_profile),
          .protocol = {.version = std::string(protocol::dsp::version),
                       .binding = std::string(served_binding),
                       .namespace_uri = std::string(served_namespace),
                       .path = {}},
          .json_ld_contexts = {"https://w3id.org/dspace/2025/1/context.jsonld"},
          .trusted_issuers = {},
          .required_credentials = {}};
}

std::string segment_of(const Profile& profile) {
  return profile.protocol.path ? profile.protocol.path->substr(1) : profile.name;
}

protocol::dsp::Form form_of(const Profile& profile) {
  return protocol::dsp::form_names.value(profile.protocol.version).value_or(protocol::dsp::Form::of_2025_1);
}

protocol::did::RelationshipPolicy relationships_of(const Profile& profile) {
  using protocol::did::RelationshipPolicy;
  return profile.accept_undeclared_relationships ? RelationshipPolicy::tolerant : RelationshipPolicy::strict;
}

Result<void> check_served(const Profile& profile) {
  const auto& protocol = profile.protocol;
  if (!protocol::dsp::form_names.value(protocol.version))
    return invalid("/protocol/version", "'{}' is not served here, {} are",
                   text::beginning(protocol.version, 64), served_versions());
  if (!text::equal_ignoring_case(protocol.binding, served_binding))
    return invalid("/protocol/binding", "'{}' is not served here, '{}' is",
                   text::beginning(protocol.binding, 64), served_binding);
  if (!protocol.path) return {};
  const std::string_view path = *protocol.path;
  const bool one_segment = path.size() > 1 && path.size() <= 128 && path.front() == '/' &&
                           path.substr(1).find_first_of("/?#%. ") == std::string_view::npos;
  if (!one_segment) return invalid("/protocol/path", "must be a slash and one segment without dots");
  return {};
}

Dataspaces::Dataspaces(engine::Engine& engine, participant_context::ParticipantContexts& contexts)
    : state_(new State{engine, contexts, {}, {}, {}, 0}) {
  std::weak_ptr<State> weak = state_;
  engine.store().on_change([weak](const store::Change& change) {
    auto alive = weak.lock();
    const bool ours =
        change.is_of(DataspaceProfileDocument::kind()) || change.is_of(DcpScopeDocument::kind());
    const bool of_participants = change.is_of(participant_context::ParticipantContextDocument::kind()) ||
                                 change.is_of(participant_context::ContextConfigDocument::kind());
    if (!alive || !(ours || of_participants)) return;
    ++alive->changes;
    alive->segments.clear();
    if (!ours) return;
    alive->profiles.clear();
    alive->scopes.reset();
  });
}
Dataspaces::~Dataspaces() = default;

Task<Result<void>> Dataspaces::seed() {
  auto state = state_;
  engine::Command command{store::installation_context(), EntityId(std::string(default_profile)), "system"};
  auto put = co_await state->engine.put<DataspaceProfileDocument>(std::move(command), built_in_profile(), 0);
  if (!put && put.error().code != ErrorCode::conflict) co_return fail(std::move(put.error()));
  co_return Result<void>{};
}

Task<Result<Profile>> Dataspaces::State::load(std::string name) {
  if (auto found = profiles.find(name); found != profiles.end()) co_return found->second;
  const auto before = changes;
  auto loaded = co_await engine.load<DataspaceProfileDocument>(store::installation_context(), EntityId(name));
  if (!loaded && loaded.error().code == ErrorCode::not_found && name == default_profile)
    co_return built_in_profile();
  if (!loaded) co_return fail(std::move(loaded.error()));
  if (profiles.size() >= profiles_kept_max) profiles.clear();
  if (changes == before) profiles.insert_or_assign(std::move(name), loaded->entity);
  co_return std::move(loaded->entity);
}

Task<Result<std::vector<Profile>>> Dataspaces::of(ContextId context) {
  auto state = state_;
  auto owner = co_await state->contexts.load(context);
  if (!owner) co_return fail(std::move(owner.error()));
  std::vector<std::string> names{std::string(default_profile)};
  auto config = co_await state->contexts.config(std::move(context));
  if (!config && config.error().code != ErrorCode::not_found) co_return fail(std::move(config.error()));
  if (config) {
    if (auto entry = config->entries.find(std::string(associated_entry)); entry != config->entries.end()) {
      names.clear();
      for (auto each : text::split(entry->second, ',')) {
        if (const auto name = text::trim(each); !name.empty()) names.emplace_back(name);
      }
    }
  }
  std::vector<Profile> profiles;
  for (auto& name : names) {
    auto profile = co_await state->load(std::move(name));
    if (!profile && profile.error().code == ErrorCode::not_found) continue;
    if (!profile) co_return fail(std::move(profile.error()));
    profiles.push_back(std::move(*profile));
  }
  co_return profiles;
}

Task<Result<Profile>> Dataspaces::named(ContextId context, std::string name) {
  auto profiles = co_await of(std::move(context));
  if (!profiles) co_return fail(std::move(profiles.error()));
  auto found = std::ranges::find(*profiles, name, &Profile::name);
  if (found == profiles->end() && name.starts_with(named_by_version)) {
    const auto version = name.substr(named_by_version.size());
    found = std::ranges::find(*profiles, version, [](const Profile& each) { return each.protocol.version; });
  }
  if (found != profiles->end()) co_return std::move(*found);
  co_return invalid("/profile", "there is no profile '{}' for this participant: {}",
                    text::beginning(name, 128), names_of(*profiles));
}

Task<Result<Profile>> Dataspaces::at(ContextId context, std::string segment) {
  auto state = state_;
  auto key = context.str() + "\n" + segment;
  if (auto kept = state->segments.find(key); kept != state->segments.end()) co_return kept->second;
  const auto before = state->changes;
  auto profiles = co_await of(std::move(context));
  if (!profiles) co_return fail(std::move(profiles.error()));
  const auto found = std::ranges::find(*profiles, segment, segment_of);
  if (found != profiles->end()) {
    if (state->segments.size() >= segments_kept_max) state->segments.clear();
    if (state->changes == before) state->segments.insert_or_assign(std::move(key), *found);
    co_return std::move(*found);
  }
  co_return fail(ErrorCode::not_found, "there is no profile '{}'", text::beginning(segment, 128));
}

Task<Result<void>> Dataspaces::associate(ContextId context, std::vector<std::string> names,
                                         std::string actor) {
  auto state = state_;
  auto owner = co_await state->contexts.load(context);
  if (!owner) co_return fail(std::move(owner.error()));
  std::set<std::string> segments;
  std::string entry;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto pointer = "/profiles/" + std::to_string(i);
    auto profile = co_await state->load(names[i]);
    if (!profile && profile.error().code == ErrorCode::not_found)
      co_return invalid(pointer, "there is no dataspace profile '{}'", text::beginning(names[i], 128));
    if (!profile) co_return fail(std::move(profile.error()));
    if (!segments.insert(segment_of(*profile)).second)
      co_return invalid(pointer, "another of the profiles has the path '/{}'", segment_of(*profile));
    entry += (entry.empty() ? "" : ",") + names[i];
  }
  protocol::api::management::ParticipantContextConfig change;
  change.entries.emplace(std::string(associated_entry), std::move(entry));
  co_return co_await state->contexts.merge_config(std::move(context), std::move(change), std::move(actor));
}

Task<Result<std::vector<DcpScope>>> Dataspaces::State::all_scopes() {
  if (scopes) co_return *scopes;
  const auto before = changes;
  std::vector<DcpScope> all;
  protocol::query::Query query;
  query.limit = scopes_page;
  for (;;) {
    auto page = co_await engine.list<DcpScopeDocument>(store::installation_context(), query);
    if (!page) co_return fail(std::move(page.error()));
    for (auto& each : page->entities) all.push_back(std::move(each.entity));
    if (!page->next) break;
    query.offset += scopes_page;
  }
  if (changes == before) scopes = all;
  co_return all;
}

Task<Result<std::vector<dcp::Scope>>> Dataspaces::scopes(std::vector<std::string> profiles) {
  auto state = state_;
  auto all = co_await state->all_scopes();
  if (!all) co_return fail(std::move(all.error()));
  std::vector<dcp::Scope> wanted;
  for (const auto& each : *all) {
    if (each.profile != "*" && std::ranges::find(profiles, each.profile) == profiles.end()) continue;
    auto scope = dcp::parse_scope(each.value);
    if (!scope) co_return fail(std::move(scope.error()), "read the scope '{}'", each.id.value_or(""));
    if (std::ranges::find(wanted, *scope) == wanted.end()) wanted.push_back(std::move(*scope));
  }
  co_return wanted;
}

}  // namespace kontor::runtime::dataspace
