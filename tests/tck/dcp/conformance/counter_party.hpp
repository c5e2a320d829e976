#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "platform/async/signal.hpp"
#include "protocol/dcp/messages.hpp"
#include "tck/dcp/conformance/judge.hpp"
#include "tck/dcp/system/parties.hpp"
#include "testing/party/party.hpp"

namespace kontor::tck::dcp {

using kontor::testing::Party;
namespace http = platform::http;

/// The roles that are not under test, all at one address: their DID documents, what they sign, and the
/// services by which they are found. What they are sent is kept as it came, for whoever plays a case.
class CounterParty {
 public:
  CounterParty(kontor::testing::EventLoop& loop, const Parties& parties);

  kontor::testing::LoopbackServer server;
  Party issuer;
  Party holder;
  Party verifier;
  Party third_party;

  /// A credential of the issuer as the kit makes them (nine digits of fractions, an end that is null),
  /// changed before it is signed.
  using Change = std::function<void(json::Object& credential)>;
  std::string credential(const Did& subject, std::string_view type, const Change& change = {});

  /// An access token by which the verifier under test may ask the holder; `answer` is what it is told then.
  using Answer = std::function<http::Response()>;
  std::string grant(Answer answer);
  /// The holder presents these to the verifier under test.
  Answer presents(std::vector<std::string> credentials);
  Answer answers_with(std::vector<std::string> presentations);
  /// The queries that came with an access token.
  const std::vector<http::Request>& queries(const std::string& access_token);

  /// The messages of the issuer under test about a request of the holder's, once there are that many, or
  /// after a while.
  const std::vector<http::Request>& deliveries(const std::string& holder_pid, std::size_t count = 1);
  /// The same of the holder under test, that ask the issuer for this object.
  const std::vector<http::Request>& requests(const std::string& object_id, std::size_t count = 1);
  /// What the issuer says that it issues: this object, a membership.
  void issues(const std::string& object_id);

  Instant now() { return loop_.clock().now(); }
  std::string fresh_id();

 private:
  struct Grant {
    Answer answer;
    std::vector<http::Request> queries = {};
  };
  http::Response answer_query(const http::Request& request);
  http::Response take_delivery(const http::Request& request);
  http::Response take_request(const http::Request& request);
  using Letters = std::map<std::string, std::vector<http::Request>>;
  Task<void> wait_for(Letters& letters, std::string key, std::size_t count);

  kontor::testing::EventLoop& loop_;
  Did verifier_under_test_;
  platform::async::Signal arrived_;
  std::map<std::string, Grant> grants_;  ///< by access token
  Letters deliveries_;                   ///< by holderPid
  Letters requests_;                     ///< by the first object that is asked for
  int ids_ = 0;
};

/// The token of a request's Authorization header, taken apart and not proven; none: there is none.
std::optional<protocol::jose::Jwt> bearer_of(const http::Request& request);

}  // namespace kontor::tck::dcp
