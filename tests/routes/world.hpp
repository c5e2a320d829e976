#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/json/json.hpp"
#include "installation.hpp"

namespace kontor::routes_test {

/// Ids by the name of the path parameter that takes them. Where a name means different things under different
/// collections, the key is `collection/name`, as `negotiations/pid`.
using Ids = std::map<std::string, std::string, std::less<>>;

/// A participant with one of everything that routes name.
struct Party {
  std::string name;
  std::string context;
  std::string did;
  Ids ids;
};

/// An installation with the issuer's context and three participants, each with real entities, all made over
/// the APIs. Acme provides, Globex has negotiated with Acme and pulls its data, and so has Acme from Globex;
/// Initech is the third party that has nothing to do with either; what it publishes is as wide as it can be.
class World {
 public:
  explicit World(Installation::Options options = {});

  Installation& installation() { return installation_; }
  const Party& acme() const { return acme_; }
  const Party& globex() const { return globex_; }
  const Party& initech() const { return initech_; }
  /// The issuer's context: what the administration of issuers is about.
  const Party& issuer() const { return issuer_; }
  /// What belongs to no participant: cells, templates, kinds of work.
  const Ids& shared() const { return shared_; }

  /// Sends with an administrator's token; the answer must be a 2xx.
  json::Value call(const std::string& method, const std::string& target, const std::string& body = "",
                   std::chrono::seconds wait = std::chrono::seconds(0));
  std::string admin();
  /// A participant's own token.
  std::string token_of(const Party& party);
  /// An agreement about the provider's `assetId` and a transfer under it, started; both parties' ids name
  /// them.
  void share(Party& consumer, Party& provider);
  std::string dsp_url(const Party& party) const;
  /// Where the data plane takes signals about the party's flows.
  std::string flows_url(const Party& party) const;

 private:
  void found_issuer();
  void open_fabric();
  void declare_dataspace();
  void keep_schemas();
  void onboard(Party& party, const std::string& name);
  void publish(Party& party);
  void publish_carelessly(const Party& party);
  void obtain_credential(Party& party);
  void offer_credential(Party& party);
  void remember_key(Party& party);
  void open_account(Party& party);
  void register_application(Party& party);
  void map_client(Party& party);
  void negotiate(Party& consumer, Party& provider);
  void transfer(Party& consumer, Party& provider);
  void fetch(Party& consumer, Party& provider);
  void obtain(Party& party);
  void remember_issuance();

  Installation installation_;
  Party issuer_;
  Party acme_;
  Party globex_;
  Party initech_;
  Ids shared_;
};

/// A member as text; throws where there is none.
std::string text_at(const json::Value& value, std::string_view member);

}  // namespace kontor::routes_test
