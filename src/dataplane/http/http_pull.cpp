#include "dataplane/http/http_pull.hpp"

#include <algorithm>

#include "base/text/encoding.hpp"

namespace kontor::dataplane::http {

bool HttpPull::serves(std::string_view profile) const {
  return std::ranges::find(options_.profiles, profile) != options_.profiles.end();
}

Task<Result<signaling::Beginning>> HttpPull::begin(signaling::NewFlow flow) {
  if (flow.direction != dps::Direction::pull) {
    co_return invalid("/profile", "'{}' is no pull, and HTTP pushes are not served", flow.terms.profile);
  }
  signaling::Beginning beginning;
  if (flow.role == flows::Role::consumer) co_return beginning;
  auto found = co_await source_of(flow);
  if (!found) co_return fail(std::move(found.error()));
  auto opening = new_opening(flow.context, flow.terms.process_id.str());
  if (!opening) co_return fail(std::move(opening.error()));
  beginning.source = std::move(*found);
  beginning.readiness = flows::Ready{std::move(*opening)};
  co_return beginning;
}

/// The source stands in the metadata, as EDC's control plane sends it.
Task<Result<dps::DataAddress>> HttpPull::source_of(signaling::NewFlow flow) const {
  const std::string pointer = "/metadata/dataAddress";
  const auto* address = flow.terms.metadata.if_contains("dataAddress");
  if (!address) co_return invalid(pointer, "is required: it says where the data is");
  auto read = services_.sources.read(json::Node(*address, pointer));
  if (!read) co_return fail(std::move(read.error()));
  auto opened = co_await services_.sources.open(source::reader_of(flow.context, flow.terms), *read);
  if (opened) co_return read;
  if (opened.error().code != ErrorCode::not_found) co_return fail(std::move(opened.error()));
  co_return invalid(pointer, "{}", opened.error().message());
}

/// The normative profile alone says what an address has to hold.
Result<void> HttpPull::check(const flows::Terms& terms, const dps::DataAddress& address) const {
  if (terms.profile != dps::http_pull_profile) return {};
  if (address.endpoint_type != dps::http_pull_profile) {
    return invalid("/dataAddress/endpointType", "must be '{}'", dps::http_pull_profile);
  }
  auto access = dps::read_http_access(address, options_.addresses);
  if (!access) return fail(std::move(access.error()));
  return {};
}

Result<std::optional<flows::Opening>> HttpPull::reopen(const flows::DataFlow& flow) {
  auto opening = new_opening(flow.participant_context, flow.id.str());
  if (!opening) return fail(std::move(opening.error()));
  return std::optional(std::move(*opening));
}

Task<Result<signaling::Mover::Outcome>> HttpPull::open(platform::engine::EffectCall call,
                                                       flows::DataFlow flow) {
  if (flow.state != flows::State::started || !flow.source) co_return Outcome{};
  auto address = co_await addresses_.open(call.context, *flow.source);
  if (!address) co_return fail(std::move(address.error()), "read the source of the data flow");
  auto found =
      co_await services_.sources.open(source::reader_of(call.context, flow.terms), std::move(*address));
  if (!found) co_return fail(std::move(found.error()), "read the source of the data flow");
  co_return Outcome{};
}

Result<flows::Opening> HttpPull::new_opening(const ContextId& context, const std::string& flow) const {
  auto grant = services_.tokens.new_grant(context, dps::Direction::pull, services_.clock.now());
  if (!grant) return fail(std::move(grant.error()));
  const dps::HttpAccess access{.endpoint = options_.public_url + "/api/data/" + text::percent_encode(flow),
                               .access_token = {},
                               .renewal = {}};
  return flows::Opening{.address = dps::write_http_access(dps::http_pull_profile, access),
                        .grant = std::move(*grant)};
}

}  // namespace kontor::dataplane::http
