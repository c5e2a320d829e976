#include "dataplane/push/http_push.hpp"

#include <algorithm>

#include "base/text/encoding.hpp"
#include "dataplane/file/beneath.hpp"

namespace kontor::dataplane::push {
namespace {

constexpr std::string_view inbox_path = "/api/inbox/";

/// Where the consumer wants the data, as its control plane says; null: wherever this plane puts it.
const json::Value* destination_in(const json::Object& metadata, std::string& pointer) {
  for (const auto* name : {"dataDestination", "dataAddress"}) {
    pointer = std::string("/metadata/") + name;
    if (const auto* found = metadata.if_contains(name)) return found;
  }
  return nullptr;
}

/// An endpoint of the participant's own, for the provider. Its address is told and stored in clear: one that
/// needs a secret is refused.
Result<dps::DataAddress> own_endpoint(const dps::DataAddress& address, const std::string& profile,
                                      const std::string& pointer) {
  auto destination = destination_of(address, profile == dps::http_push_profile);
  if (!destination) return invalid(pointer, "{}", destination.error().detail);
  for (const auto& each : address.properties) {
    if (each.name == "authorization" || each.name.contains("auth") || each.name.contains("secret") ||
        each.name.contains("header:"))
      return invalid(pointer + "/" + json::pointer_segment(each.name),
                     "a secret cannot be handed on from here");
  }
  return dps::write_http_access(
      profile, {.endpoint = destination->access.endpoint, .access_token = {}, .renewal = {}});
}

}  // namespace

bool HttpPush::serves(std::string_view profile) const {
  return std::ranges::find(options_.profiles, profile) != options_.profiles.end();
}

Task<Result<signaling::Beginning>> HttpPush::begin(signaling::NewFlow flow) {
  if (flow.direction != dps::Direction::push)
    co_return invalid("/profile", "'{}' is no push", flow.terms.profile);
  if (flow.role == flows::Role::consumer) co_return begin_receiving(flow);
  const std::string pointer = "/metadata/dataAddress";
  const auto* address = flow.terms.metadata.if_contains("dataAddress");
  if (!address) co_return invalid(pointer, "is required: it says where the data is");
  signaling::Beginning beginning;
  auto read = services_.sources.read(json::Node(*address, pointer));
  if (!read) co_return fail(std::move(read.error()));
  auto opened = co_await services_.sources.open(source::reader_of(flow.context, flow.terms), *read);
  if (!opened) co_return invalid(pointer, "{}", opened.error().message());
  beginning.source = std::move(*read);
  co_return beginning;
}

Result<signaling::Beginning> HttpPush::begin_receiving(const signaling::NewFlow& flow) const {
  const Named named{flow.context, flow.terms.process_id.str(), flow.terms.profile};
  std::string pointer;
  const auto* destination = destination_in(flow.terms.metadata, pointer);
  signaling::Beginning beginning;
  dps::DataAddress address;
  if (destination) {
    if (auto done = dps::read_data_address(json::Node(*destination, pointer), address); !done)
      return fail(std::move(done.error()));
  }
  if (destination && address.endpoint_type == "HttpData") {
    auto own = own_endpoint(address, named.profile, pointer);
    if (!own) return fail(std::move(own.error()));
    beginning.readiness = flows::Ready{flows::Opening{.address = std::move(*own), .grant = {}}};
    return beginning;
  }
  if (destination) {
    if (address.endpoint_type != "File" || !pointer.ends_with("dataDestination"))
      return invalid(pointer + "/type", "must be HttpData, or File in dataDestination");
    const auto* path = address.property("path");
    auto steps = file::steps_of(path ? *path : std::string());
    if (!steps || steps->empty())
      return invalid(pointer + "/path", "must be a folder below that of the participant");
  }
  if (!options_.receives)
    return invalid("/profile", "nothing can be received here: file_data_plane.root is not set");
  auto opening = new_inbox(named);
  if (!opening) return fail(std::move(opening.error()));
  beginning.readiness = flows::Ready{std::move(*opening)};
  return beginning;
}

Result<void> HttpPush::check(const flows::Terms& terms, const dps::DataAddress& address) const {
  const bool https_only = services_.sender.options().https_only && terms.profile == dps::http_push_profile;
  auto destination = destination_of(address, https_only);
  if (!destination) return fail(std::move(destination.error()));
  return {};
}

Result<std::optional<flows::Opening>> HttpPush::reopen(const flows::DataFlow& flow) {
  if (!flow.own_address) return std::optional<flows::Opening>{};
  const auto endpoint = flow.own_address->endpoint.value_or("");
  if (!endpoint.starts_with(options_.public_url + std::string(inbox_path)))
    return std::optional(flows::Opening{.address = *flow.own_address, .grant = {}});
  auto opening = new_inbox({flow.participant_context, flow.id.str(), flow.terms.profile});
  if (!opening) return fail(std::move(opening.error()));
  return std::optional(std::move(*opening));
}

Task<Result<signaling::Mover::Outcome>> HttpPush::open(platform::engine::EffectCall call,
                                                       flows::DataFlow flow) {
  if (flow.state != flows::State::started || flow.role != flows::Role::provider) co_return Outcome{};
  auto begun = co_await services_.sender.begin(call.context, call.entity, call.id.str());
  if (!begun) co_return fail(std::move(begun.error()));
  co_return Outcome{};
}

Result<flows::Opening> HttpPush::new_inbox(const Named& named) const {
  auto grant = services_.tokens.new_grant(named.context, dps::Direction::push, services_.clock.now());
  if (!grant) return fail(std::move(grant.error()));
  const auto endpoint = options_.public_url + std::string(inbox_path) + text::percent_encode(named.flow);
  auto address =
      dps::write_http_access(named.profile, {.endpoint = endpoint, .access_token = {}, .renewal = {}});
  dps::set_property(address, {std::string(part_paths), "true"});
  return flows::Opening{.address = std::move(address), .grant = std::move(*grant)};
}

}  // namespace kontor::dataplane::push
