#include "runtime/dataspace/discovery.hpp"

#include "base/json/codec.hpp"
#include "protocol/dsp/version.hpp"

namespace kontor::runtime::dataspace {

namespace dsp = protocol::dsp;
namespace http = platform::http;

namespace {

constexpr std::string_view well_known = "/.well-known/dspace-version";
constexpr std::size_t document_bytes_max = std::size_t{256} * 1024;

std::string with_document(std::string address) {
  while (address.ends_with('/')) address.pop_back();
  return address.ends_with(well_known) ? address : address + std::string(well_known);
}

}  // namespace

Task<Result<Discovery::Found>> Discovery::find(ContextId context, Request request,
                                               platform::async::Deadline deadline) {
  auto owner = co_await services_.contexts.load(context);
  if (!owner) co_return fail(std::move(owner.error()));
  const std::string member = request.counter_party_address ? "/counterPartyAddress" : "/counterPartyId";
  auto url = co_await document_url(std::move(request), deadline);
  if (!url && url.error().code == ErrorCode::not_found) co_return fail(std::move(url.error()));
  if (!url) co_return invalid(member, "{}", url.error().message());
  auto response = co_await services_.client.send(
      {"GET", *url}, {.deadline = deadline, .body_bytes_max = document_bytes_max});
  if (!response) co_return invalid(member, "nobody answers at {}: {}", *url, response.error().message());
  if (response->status != 200) co_return invalid(member, "{} answered {}", *url, response->status);
  auto document = json::decode<dsp::VersionResponse>(response->body.text);
  if (!document)
    co_return invalid(member, "{} holds no version document: {}", *url, document.error().message());
  auto profiles = co_await services_.dataspaces.of(std::move(context));
  if (!profiles) co_return fail(std::move(profiles.error()));
  Found found;
  for (const auto& profile : *profiles) {
    const auto& protocol = profile.protocol;
    const auto* entry = dsp::find_version(*document, {protocol.version, protocol.binding, profile.name});
    if (!entry) continue;
    found.push_back({profile.name, entry->version, entry->binding, entry->path,
                     url->substr(0, url->size() - well_known.size())});
  }
  co_return found;
}

Task<Result<std::string>> Discovery::document_url(Request request, platform::async::Deadline deadline) {
  if (request.counter_party_address) co_return with_document(std::move(*request.counter_party_address));
  auto document = co_await services_.resolver.resolve(*request.counter_party_id,
                                                      platform::did::Freshness::cached, deadline);
  if (!document)
    co_return fail_as(ErrorCode::invalid_input, std::move(document.error()), "find the DID document");
  auto endpoint = protocol::did::service_endpoint(**document, protocol::did::service_type::data_service);
  if (!endpoint) co_return fail(std::move(endpoint.error()));
  co_return with_document(std::move(*endpoint));
}

}  // namespace kontor::runtime::dataspace
