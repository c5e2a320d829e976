#pragma once

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/auth/token_source.hpp"
#include "platform/http/client.hpp"
#include "protocol/api/route.hpp"

namespace kontor::fabric::agents {

/// The other end of a call beside its route and body.
struct Callee {
  std::vector<std::pair<std::string, std::string>> parameters = {};  ///< of the path, by name
  std::string query = {};                                            ///< behind the path: `isActive=true`
  std::optional<std::uint32_t> wait_seconds = {};                    ///< `Prefer: wait=N`
  std::vector<unsigned> accepted =
      {};  ///< statuses beside 2xx that are no error: 409 of a creation, 404 of a deletion
  platform::async::Deadline deadline;
  std::string trace = {};
};

struct ApiAnswer {
  unsigned status = 200;
  std::string body;
};

/// Calls routes of one API with this process's tokens. Asks for the API's `…:admin` scope: agents act in
/// contexts that are not theirs. Errors: peer_unavailable (no answer, 401, 408, 409, 429, 5xx), peer_refused
/// (any other status that is neither 2xx nor accepted), timeout. A call is given up after `call_timeout_max`,
/// however much time its activity has: an answer that was lost does not come, and the activity tries again.
class ApiClient {
 public:
  static constexpr std::chrono::seconds call_timeout_max{30};  ///< beside what `Prefer: wait` asks for

  ApiClient(platform::http::Client& client, platform::auth::TokenSource& tokens,
            const platform::async::Clock& clock, std::string base_url)
      : client_(client), tokens_(tokens), clock_(clock), base_url_(std::move(base_url)) {}

  template <class Request, class Response>
  Task<Result<ApiAnswer>> call(const protocol::api::Route<Request, Response>& route, const Request& body,
                               Callee callee) {
    std::string text;
    if constexpr (!std::is_same_v<Request, protocol::api::Nothing>) text = json::encode(body);
    return send(route.info, std::move(text), std::move(callee));
  }

 private:
  Task<Result<ApiAnswer>> send(protocol::api::RouteInfo route, std::string body, Callee callee);

  platform::http::Client& client_;
  platform::auth::TokenSource& tokens_;
  const platform::async::Clock& clock_;
  std::string base_url_;
};

/// The path with its parameters, each percent-encoded.
std::string path_of(std::string_view pattern,
                    const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace kontor::fabric::agents
