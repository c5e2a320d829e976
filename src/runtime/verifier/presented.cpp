#include "runtime/verifier/presented.hpp"

#include <algorithm>
#include <utility>

#include "base/text/text.hpp"
#include "platform/http/failure.hpp"
#include "protocol/dcp/messages.hpp"
#include "protocol/dcp/normalise.hpp"

namespace kontor::runtime::verifier {

namespace dcp = protocol::dcp;
namespace http = platform::http;
namespace vc = protocol::vc;
using platform::async::Deadline;

namespace {

bool is_trusted(const vc::Credential& credential, const std::vector<vc::TrustedIssuer>& issuers) {
  return std::ranges::any_of(issuers,
                             [&](const vc::TrustedIssuer& each) { return each.did == credential.issuer; });
}

/// Takes out what no trusted issuer is said to have issued, so that nobody is asked for its keys and lists.
std::vector<std::string> drop_untrusted(std::vector<vc::SignedPresentation>& presentations,
                                        const std::vector<vc::TrustedIssuer>& issuers) {
  std::vector<std::string> dropped;
  for (auto& presentation : presentations) {
    std::erase_if(presentation.credentials, [&](const vc::SignedCredentialPtr& each) {
      const auto& content = each->credential;
      if (is_trusted(content, issuers)) return false;
      dropped.push_back(fmt::format("credential {}: its issuer {} is not trusted", text::for_log(content.id),
                                    text::for_log(content.issuer.str())));
      return true;
    });
  }
  return dropped;
}

std::vector<vc::KeyReference> keys_of(const std::vector<vc::SignedPresentation>& presentations) {
  std::vector<vc::KeyReference> references;
  for (const auto& presentation : presentations) {
    for (auto& reference : vc::required_keys(presentation)) references.push_back(std::move(reference));
  }
  return references;
}

Task<Result<std::string>> query(const Presentations::Services& services, const PresentationsConfig& config,
                                const Presentations::Question& question, Deadline deadline) {
  if (!question.caller.access_token)
    co_return fail(ErrorCode::unauthenticated, "the token grants no credentials");
  auto document =
      co_await services.resolver.resolve(question.caller.did, platform::did::Freshness::cached, deadline);
  if (!document) co_return fail(std::move(document.error()));
  auto endpoint =
      protocol::did::service_endpoint(**document, protocol::did::service_type::credential_service);
  if (!endpoint)
    co_return fail_as(ErrorCode::unauthenticated, std::move(endpoint.error()), "its DID document");
  auto token = co_await services.tokens.presenting(question.context, question.caller.did,
                                                   *question.caller.access_token);
  if (!token) co_return fail(std::move(token.error()));
  dcp::PresentationQueryMessage message;
  for (const auto& scope : question.scopes) message.scope.push_back(dcp::to_string(scope));
  http::Request request{"POST", *endpoint + "/presentations/query"};
  request.headers.set("Authorization", std::move(*token));
  request.headers.set("Content-Type", "application/json");
  request.body.text = json::encode(message);
  http::SendOptions options{.deadline = deadline, .body_bytes_max = config.response_bytes_max};
  auto response = co_await services.client.send(std::move(request), options);
  if (!response) co_return fail(std::move(response.error()));
  if (response->status != 200) {
    const auto failure = http::failure_of(response->status);
    co_return fail(failure == ErrorCode::peer_unavailable ? failure : ErrorCode::unauthenticated,
                   "its credential service answered {}", response->status);
  }
  co_return std::move(response->body.text);
}

}  // namespace

Task<Result<Presented>> ask_holder(const Presentations::Services& services, const PresentationsConfig& config,
                                   const Presentations::Question& question, KnownCredentials& known,
                                   Deadline deadline) {
  auto audience = co_await services.tokens.did_of(question.context);
  if (!audience) co_return fail(std::move(audience.error()));
  auto text = co_await query(services, config, question, deadline);
  if (!text) co_return fail(std::move(text.error()));
  auto body = json::parse(*text, {.bytes_max = config.response_bytes_max});
  if (!body) co_return fail_as(ErrorCode::unauthenticated, std::move(body.error()), "its answer");
  auto message = json::decode_value<dcp::PresentationResponseMessage>(dcp::normalise(*body));
  if (!message) co_return fail_as(ErrorCode::unauthenticated, std::move(message.error()), "its answer");
  if (message->presentation.size() > config.presentations_max)
    co_return fail(ErrorCode::unauthenticated, "its answer holds more than {} presentations",
                   config.presentations_max);
  Presented answer;
  answer.bytes = text->size();
  const vc::ReadCredential read = [&](std::string_view token) -> Result<vc::SignedCredentialPtr> {
    const auto* before = known.find(token);
    if (!before) return vc::read_credential(token);
    answer.signatures.held(before->credential->jwt.jws, before->key);
    return before->credential;
  };
  for (const auto& element : message->presentation) {
    auto presentation = vc::parse_presentation(element, {}, read);
    if (!presentation)
      co_return fail_as(ErrorCode::unauthenticated, std::move(presentation.error()), "its answer");
    answer.presentations.push_back(std::move(*presentation));
  }
  answer.untrusted = drop_untrusted(answer.presentations, question.trusted_issuers);
  answer.trusted_issuers = question.trusted_issuers;
  answer.relationships = question.relationships;
  answer.audience = std::move(*audience);
  answer.keys = keys_of(answer.presentations);
  co_return answer;
}

}  // namespace kontor::runtime::verifier
