#include "protocol/dps/http_profile.hpp"

#include <charconv>

#include "base/text/beginning.hpp"

namespace kontor::protocol::dps {
namespace {

std::optional<std::chrono::seconds> read_seconds(std::string_view text) {
  std::int64_t count = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stopped != end || count < 0) return std::nullopt;
  return std::chrono::seconds(count);
}

bool equal_ignoring_case(std::string_view a, std::string_view lower) {
  if (a.size() != lower.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char c = a[i] >= 'A' && a[i] <= 'Z' ? static_cast<char>(a[i] - 'A' + 'a') : a[i];
    if (c != lower[i]) return false;
  }
  return true;
}

Result<void> check_url(std::string_view url, const HttpAddressRules& rules, std::string_view member) {
  if (url.starts_with("https://")) return {};
  if (!url.starts_with("http://")) return invalid("/dataAddress", "{} must be an https address", member);
  if (rules.https_only)
    return invalid("/dataAddress", "{} must use https, plain http is refused here", member);
  return {};
}

Result<std::optional<TokenRenewal>> read_renewal(const DataAddress& address, const HttpAddressRules& rules) {
  const auto* token = address.property("refreshToken");
  if (!token || token->empty()) {
    if (rules.renewal_required)
      return invalid("/dataAddress", "the token cannot be renewed: no refreshToken");
    return std::optional<TokenRenewal>{};
  }
  TokenRenewal renewal{
      .refresh_token = *token, .expires_in = {}, .refresh_endpoint = address.endpoint.value_or("")};
  const auto* expires_in = address.property("expiresIn");
  auto seconds = expires_in ? read_seconds(*expires_in) : std::nullopt;
  if (!seconds) return invalid("/dataAddress", "refreshToken needs expiresIn as a number of seconds");
  renewal.expires_in = *seconds;
  if (const auto* endpoint = address.property("refreshEndpoint")) renewal.refresh_endpoint = *endpoint;
  if (auto done = check_url(renewal.refresh_endpoint, rules, "refreshEndpoint"); !done)
    return fail(done.error());
  return renewal;
}

}  // namespace

Result<HttpAccess> read_http_access(const DataAddress& address, const HttpAddressRules& rules) {
  HttpAccess access{.endpoint = address.endpoint.value_or(""), .access_token = {}, .renewal = {}};
  if (auto done = check_url(access.endpoint, rules, "endpoint"); !done) return fail(done.error());
  if (const auto* token = address.property("authorization")) {
    const auto* type = address.property("authType");
    if (type && !equal_ignoring_case(*type, "bearer")) {
      return invalid("/dataAddress", "authType '{}' is not supported, only bearer is",
                     text::beginning(*type, 64));
    }
    access.access_token = *token;
  }
  auto renewal = read_renewal(address, rules);
  if (!renewal) return fail(renewal.error());
  access.renewal = std::move(*renewal);
  return access;
}

DataAddress write_http_access(std::string_view profile, const HttpAccess& access) {
  DataAddress address{.endpoint_type = std::string(profile), .endpoint = access.endpoint, .properties = {}};
  if (access.access_token) {
    set_property(address, {"authorization", *access.access_token});
    set_property(address, {"authType", "bearer"});
  }
  if (access.renewal) {
    set_property(address, {"refreshToken", access.renewal->refresh_token});
    set_property(address, {"expiresIn", std::to_string(access.renewal->expires_in.count())});
    set_property(address, {"refreshEndpoint", access.renewal->refresh_endpoint});
  }
  return address;
}

Result<void> read(const json::Node& node, TokenRenewalRequest& out) {
  if (node.value().is_null()) return {};
  json::ObjectReader in(node);
  in.optional("grant_type", out.grant_type).optional("refresh_token", out.refresh_token);
  return in.done();
}

json::Value write(const TokenRenewalRequest& request) {
  return json::ObjectWriter()
      .field("grant_type", request.grant_type)
      .field("refresh_token", request.refresh_token)
      .done();
}

Result<void> read(const json::Node& node, TokenRenewalResponse& out) {
  json::ObjectReader in(node);
  in.required("access_token", out.access_token).optional("refresh_token", out.refresh_token);
  if (auto lifetime = in.member("expires_in"); lifetime && !lifetime->value().is_null()) {
    const auto* text = lifetime->value().if_string();
    const auto* number = lifetime->value().if_int64();
    auto seconds = text     ? read_seconds(*text)
                   : number ? std::optional(std::chrono::seconds(*number))
                            : std::nullopt;
    if (seconds && seconds->count() >= 0) {
      out.expires_in = *seconds;
    } else {
      in.refuse("expires_in", "must be a number of seconds");
    }
  }
  return in.done();
}

json::Value write(const TokenRenewalResponse& response) {
  return json::ObjectWriter()
      .field("access_token", response.access_token)
      .field("token_type", "Bearer")
      .field("expires_in", static_cast<std::int64_t>(response.expires_in.count()))
      .field("refresh_token", response.refresh_token)
      .done();
}

}  // namespace kontor::protocol::dps
