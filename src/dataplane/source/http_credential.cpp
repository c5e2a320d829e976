#include "dataplane/source/http_credential.hpp"

#include <vector>

#include "base/text/encoding.hpp"
#include "platform/http/url.hpp"

namespace kontor::dataplane::source {

namespace dps = protocol::dps;
using Scheme = HttpCredential::Scheme;

namespace {

std::string text_of(const dps::DataAddress& address, std::string_view name) {
  const auto* value = address.property(name);
  return value ? *value : std::string();
}

/// One way to authenticate, by the members that it consists of.
struct Members {
  Scheme scheme;
  std::string_view secret;
  std::string_view user;
};
constexpr Members all_members[] = {
    {Scheme::header, "secretName", "authKey"},
    {Scheme::basic, "basic:passwordKey", "basic:username"},
    {Scheme::bearer, "bearer:tokenKey", {}},
    {Scheme::client_credentials, "oauth2:clientSecretKey", "oauth2:clientId"},
};

const Members& members_of(Scheme scheme) {
  return all_members[static_cast<std::size_t>(scheme)];
}

Result<void> check(const HttpCredential& credential, const std::string& pointer) {
  const auto& members = members_of(credential.scheme);
  const auto missing = [&](std::string_view name) {
    return invalid(pointer + "/" + json::pointer_segment(name), "is required");
  };
  if (credential.scheme == Scheme::header && credential.header.empty()) return missing(members.user);
  const bool needs_user =
      credential.scheme == Scheme::basic || credential.scheme == Scheme::client_credentials;
  if (needs_user && credential.user.empty()) return missing(members.user);
  if (credential.scheme == Scheme::basic && credential.user.contains(':'))
    return invalid(pointer + "/basic:username", "must not hold a colon");
  if (credential.scheme != Scheme::client_credentials) return {};
  if (credential.token_url.empty()) return missing("oauth2:tokenUrl");
  auto url = platform::http::parse_url(credential.token_url);
  if (!url) return invalid(pointer + "/oauth2:tokenUrl", "{}", url.error().message());
  return {};
}

}  // namespace

Result<std::optional<HttpCredential>> read_http_credential(const dps::DataAddress& address,
                                                           const std::string& pointer) {
  for (auto name : {"oauth2:privateKeyName", "oauth2:clientSecret"}) {
    if (address.property(name))
      return invalid(pointer + "/" + name, "is not supported: name a secret by oauth2:clientSecretKey");
  }
  if (address.property("oauth2:tokenUrl") && !address.property("oauth2:clientSecretKey"))
    return invalid(pointer + "/oauth2:clientSecretKey", "is required");
  std::optional<HttpCredential> found;
  for (const auto& members : all_members) {
    const auto secret = text_of(address, members.secret);
    if (secret.empty()) continue;
    const auto place = pointer + "/" + json::pointer_segment(members.secret);
    if (found) return invalid(place, "is a second way to authenticate");
    found = HttpCredential{.scheme = members.scheme,
                           .secret = secret,
                           .header = {},
                           .user = {},
                           .token_url = text_of(address, "oauth2:tokenUrl"),
                           .scope = text_of(address, "oauth2:scope")};
    (members.scheme == Scheme::header ? found->header : found->user) =
        members.user.empty() ? std::string() : text_of(address, members.user);
    if (auto fine = check(*found, pointer); !fine) return fail(std::move(fine.error()));
  }
  return found;
}

void write_http_credential(const HttpCredential& credential, dps::DataAddress& address) {
  const auto put = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) dps::set_property(address, {std::string(name), value});
  };
  const auto& members = members_of(credential.scheme);
  put(members.secret, credential.secret);
  if (!members.user.empty())
    put(members.user, credential.scheme == Scheme::header ? credential.header : credential.user);
  put("oauth2:tokenUrl", credential.token_url);
  put("oauth2:scope", credential.scope);
}

Result<std::optional<HttpField>> read_authorization(const dps::DataAddress& address,
                                                    const std::string& pointer) {
  const auto* token = address.property("bearer:token");
  const auto* password = address.property("basic:password");
  if (token && password) return invalid(pointer + "/bearer:token", "is a second way to authenticate");
  if (token) return HttpField{"Authorization", "Bearer " + *token};
  if (!password) return std::optional<HttpField>();
  const auto user = text_of(address, "basic:username");
  if (user.empty()) return invalid(pointer + "/basic:username", "is required");
  if (user.contains(':')) return invalid(pointer + "/basic:username", "must not hold a colon");
  return HttpField{"Authorization", basic_authorization(user, *password)};
}

std::string basic_authorization(const std::string& user, std::string_view password) {
  return "Basic " + text::base64_encode(bytes_of(user + ":" + std::string(password)));
}

}  // namespace kontor::dataplane::source
