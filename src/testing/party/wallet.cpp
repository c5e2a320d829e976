#include "testing/party/wallet.hpp"

#include <algorithm>
#include <map>

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"

namespace kontor::testing {

namespace dcp = protocol::dcp;
namespace http = platform::http;
namespace jose = protocol::jose;

namespace {

using Form = std::map<std::string, std::string>;

Form form_of(const std::string& body) {
  Form form;
  for (const auto part : text::split(body, '&')) {
    const auto at = part.find('=');
    if (at == std::string_view::npos) continue;
    form[text::percent_decode(part.substr(0, at)).value_or("")] =
        text::percent_decode(part.substr(at + 1)).value_or("");
  }
  return form;
}

http::Response answer(unsigned status, std::string body) {
  http::Response response{status, {}, {std::move(body), {}}};
  response.headers.set("Content-Type", "application/json");
  return response;
}

}  // namespace

Wallet::Wallet(Party& party, std::function<Instant()> now) : party_(party), now_(std::move(now)) {
  party_.server().answer(party_.path("/token"), [this](const http::Request& asked) { return give(asked); });
  party_.offer("CredentialService", "/cs");
  party_.server().answer(party_.path("/cs/presentations/query"),
                         [this](const http::Request& asked) { return present(asked); });
}

http::Response Wallet::give(const http::Request& request) {
  auto form = form_of(request.body.text);
  if (form["grant_type"] != "client_credentials") return answer(400, R"({"error":"unsupported_grant_type"})");
  if (form["client_id"] != client() || form["client_secret"] != secret_)
    return answer(401, R"({"error":"invalid_client"})");
  auto token = party_.self_issued(Did(form["audience"]), now_());
  if (!form["bearer_access_scope"].empty()) {
    token.access_token = party_.access_token(token.audience, form["bearer_access_scope"], now_());
  } else if (!form["token"].empty()) {
    token.access_token = form["token"];
  }
  ++made_;
  const auto made = party_.authorization(token).substr(std::string_view("Bearer ").size());
  return answer(200, R"({"access_token":")" + made + R"(","token_type":"Bearer","expires_in":300})");
}

/// To who shows an access token that this wallet made for it.
http::Response Wallet::present(const http::Request& request) {
  const auto bearer = dcp::bearer_token(request.headers.get("Authorization").value_or(""));
  const auto caller = bearer ? dcp::parse_self_issued(*bearer) : fail(bearer.error());
  if (!caller) return answer(401, "[]");
  const auto access = jose::parse_jwt(jose::text_claim(caller->jwt.claims, "token").value_or(""));
  if (!access) return answer(401, "[]");
  const auto grant =
      dcp::verify_access_token(*access, party_.key.public_key(),
                               {.now = now_(), .holder = party_.did(), .presenter = caller->key.did});
  if (!grant) return answer(401, "[]");
  ++presented_;
  const auto shown = party_.present(party_.presentation(caller->key.did, credentials_, now_()));
  return answer(200, presentation_response({shown}));
}

}  // namespace kontor::testing
