#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "protocol/did/document.hpp"
#include "tck/dcp/conformance/counter_party.hpp"
#include "tck/dcp/system/trigger.hpp"

namespace kontor::tck::dcp {

/// A request of the counter-party, with who sends it to whom.
struct Message {
  const Party* sender;
  Did audience;
  std::string method = "POST";
  std::string url;
  json::Value body = nullptr;  ///< null: none
  std::optional<std::string> access_token = {};
};

/// A message's token before it is signed.
struct Proof {
  const Party* signer;
  std::string kid;  ///< empty: the token names no key
  protocol::jose::Claims claims;
  std::string scheme = "Bearer ";

  std::string header() const;
};

/// What may be wrong with a proof. Times are wrong by a minute.
enum class Fault : std::uint8_t {
  no_header,
  no_scheme,
  wrong_key,
  expired,
  issued_in_future,
  not_yet_valid,
  other_audience,
  other_subject,
};

/// The system under test, and everybody else. What is not as it must be is thrown (`installation::Failed`).
class Stage {
 public:
  explicit Stage(const std::filesystem::path& folder);
  ~Stage();

  Parties parties() const { return system_.parties(); }
  System& system() { return system_; }
  CounterParty& others() { return *others_; }
  const Judge& judge() const { return judge_; }
  Did holder() const { return Did(parties().holder); }
  Did issuer() const { return Did(parties().issuer); }
  Did verifier() const { return Did(parties().verifier); }

  /// A good proof for a message, and one with a fault.
  Proof proof(const Message& message);
  Proof proof(const Message& message, Fault fault);
  /// Sends with a good proof, with this one, or with that header; an empty one is none.
  http::Response send(const Message& message) { return send(message, proof(message)); }
  http::Response send(const Message& message, const Proof& proof) { return send(message, proof.header()); }
  http::Response send(const Message& message, const std::string& authorization);

  http::Response get(const std::string& url);
  /// The DID document of a role under test.
  protocol::did::DidDocument document(const Did& did);
  /// Where that role's service is. Throws where the document has none.
  std::string service(const Did& did, std::string_view type);
  /// The proven claims of a token that a role under test signed.
  protocol::jose::Claims proven(const std::string& token);
  /// A self-issued token that it sent, single-use and in date.
  protocol::jose::Claims check_sender(const http::Request& request, const Did& sender, const Party& audience);

 private:
  kontor::testing::EventLoop& loop() { return system_.driver().loop(); }

  Judge judge_;
  System system_;
  std::unique_ptr<CounterParty> others_;
  std::unique_ptr<platform::async::Scope> scope_;
  std::unique_ptr<http::Client> client_;
  std::unique_ptr<Trigger> trigger_;
  std::map<std::string, protocol::did::DidDocument> documents_;
  std::set<std::string> tokens_seen_;
};

/// The answer is 2xx, or 4xx.
http::Response accepted(http::Response answer);
void refused(const http::Response& answer);

}  // namespace kontor::tck::dcp
