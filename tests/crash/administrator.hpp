#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "customer.hpp"
#include "platform/async/signal.hpp"

namespace kontor::crash {

/// Asks over the APIs with all rights of an installation, as a sensible program does: again after each crash,
/// under an access token that it uses for a while. A token that was given and is not taken before its end is
/// a problem: whoever gave it has lost its key.
class Administrator {
 public:
  Administrator(installation::World& world, Availability& availability, Ledger& ledger);

  /// One attempt; none: nobody answered.
  Task<std::optional<installation::Answer>> attempt(const installation::Installation& home,
                                                    installation::Request request);
  /// Again after each crash, for what may be repeated. None, and a problem: it was never answered.
  Task<std::optional<installation::Answer>> insist(const installation::Installation& home,
                                                   installation::Request request);
  /// The same, and the status must be this one: the answer's body. None, and a problem: it was another.
  Task<std::optional<json::Value>> expect(const installation::Installation& home, unsigned status,
                                          installation::Request request);
  Ledger& ledger() { return ledger_; }
  /// Between two looks at what is under way.
  Task<void> pause();

 private:
  struct Token {
    std::string text;
    Instant fetched_at;
  };
  Task<std::string> token(const installation::Installation& home);

  installation::World& world_;
  Availability& availability_;
  Ledger& ledger_;
  std::map<const installation::Installation*, Token> tokens_;
  platform::async::Mutex fetching_;
};

/// A key pair of a participant as the Identity API tells of it.
struct KeyPair {
  std::string id;
  std::string key_id;  ///< of its verification method
  std::int64_t state = 0;
  bool is_default = false;

  bool active() const { return state == 200; }
  bool rotated() const { return state == 300; }
};
Task<std::vector<KeyPair>> key_pairs(Administrator& administrator, const installation::Installation& home,
                                     std::string context);
/// The one that signs first, once no step of a rotation is under way. None, and a problem: there was none.
Task<std::optional<KeyPair>> signing_key(Administrator& administrator, const installation::Installation& home,
                                         std::string context);
/// The address of a participant's key pairs, or of one of them.
std::string key_pairs_url(const installation::Installation& home, const std::string& context,
                          const std::string& key = "");

/// A credential as its issuer tells of it.
struct Issued {
  std::string id;       ///< the issuer's name for it
  std::string process;  ///< that it was issued in
  std::string state;
  json::Value credential;
};
/// What the issuer has issued to a company, of a type.
Task<std::vector<Issued>> issued(Administrator& administrator, const installation::World& world,
                                 const installation::Company& company, std::string type);
/// The ids that the credentials name as their own, of those of a type that the company holds.
Task<std::vector<std::string>> held(Administrator& administrator, const installation::Company& company,
                                    std::string type);

}  // namespace kontor::crash
