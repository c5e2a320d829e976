#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "dataplane/http/assembly.hpp"
#include "dataplane/push/assembly.hpp"
#include "dataplane/replicas/assembly.hpp"
#include "dataplane/signaling/assembly.hpp"
#include "dataplane/source/assembly.hpp"
#include "dataplane/usage/assembly.hpp"
#include "platform/auth/token_source.hpp"
#include "platform/auth/token_verifier.hpp"
#include "platform/http/server.hpp"
#include "platform/http/tunnel.hpp"
#include "platform/telemetry/log.hpp"
#include "runtime/attestation/sources.hpp"
#include "runtime/callbacks/callbacks.hpp"
#include "runtime/credential_service/assembly.hpp"
#include "runtime/dataspace/body_schemas.hpp"
#include "runtime/dataspace/discovery.hpp"
#include "runtime/dsp_endpoint/dcp_peer_identity.hpp"
#include "runtime/dsp_endpoint/dsp_peers.hpp"
#include "runtime/issuer_service/assembly.hpp"
#include "runtime/transfer_process/data_planes.hpp"
#include "testing/data_plane/assemblies.hpp"
#include "testing/house/house.hpp"
#include "testing/loopback/hostile_server.hpp"
#include "testing/party/party.hpp"

namespace kontor::hostile {

using testing::EventLoop;
using testing::HostileServer;
using testing::House;
using testing::LoopbackServer;
using testing::Party;
using testing::Trick;
using testing::VirtualLoop;

/// What was logged.
class Lines : public platform::telemetry::LogSink {
 public:
  void write(std::string_view line) override { text += line; }
  std::string text;
};

/// An installation of ours with everything that asks somebody, honest parties, and a server that means harm.
/// Its participants are `acme`, a holder, and `issuer`.
class World {
 public:
  World();
  ~World();

  /// Runs the task until it has ended, and lets time pass where nothing else can happen. None where it goes
  /// on for more than five minutes.
  std::optional<Result<void>> outcome_of(Task<Result<void>> task);
  /// Lets everything happen that happens without that time passes.
  void settle();
  /// A name that nothing else has.
  std::string fresh(std::string_view what) { return std::string(what) + "-" + std::to_string(++names_); }
  /// Somebody whose services are all at the hostile server.
  std::unique_ptr<Party> shady(const std::string& name);
  /// An honest party is found, its list read, and our own document answered, in no time.
  bool goes_on();
  platform::http::Response administer(const std::string& path, const std::string& body);

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  LoopbackServer server{loop};
  HostileServer hostile{loop};
  Lines lines;
  platform::telemetry::LogLevels levels;
  platform::telemetry::Log log{lines, loop.clock(), levels};
  House house;
  ContextId acme{"acme"};
  Did acme_did = house.participant("acme");
  Did issuer_did = house.participant("issuer");
  /// Finds documents behind TLS alone.
  platform::did::WebResolver behind_tls{house.scope, loop.clock(), *house.client, {}};
  runtime::participant_context::ParticipantContexts contexts{*house.engine, *house.vault};
  runtime::dataspace::Dataspaces dataspaces{*house.engine, contexts};
  runtime::dataspace::Discovery discovery{{dataspaces, contexts, *house.resolver, *house.client}};
  runtime::dataspace::BodySchemas body_schemas{*house.engine, *house.client};
  runtime::policy::PolicyEngine policies{runtime::policy::PolicyConfig{}, house.engine->random()};
  runtime::dsp_endpoint::DcpPeerIdentity identities{*house.verifier, *house.presentations,
                                                    *house.status_lists, *house.tokens};
  runtime::dsp_endpoint::DspPeers peers{
      {loop.clock(), *house.client, *house.store, contexts, dataspaces, identities, policies, log},
      {.public_url = house.url()}};
  runtime::credential_service::Credentials credentials{{*house.engine, *house.client, *house.resolver,
                                                        *house.signing, *house.tokens, *house.verifier,
                                                        *house.status_lists, *house.schemas}};
  runtime::credential_service::Offers offers{
      {*house.engine, *house.client, *house.resolver, *house.signing, *house.verifier}};
  runtime::attestation::Databases databases{{}};
  platform::http::SecretClient secret_client{*house.client, {"127.0.0.1"}};
  runtime::attestation::Sources sources{
      {loop.clock(), *house.client, secret_client, *house.vault, *house.presentations, databases}};
  runtime::issuer_service::Issuer issuer{{house.scope, *house.engine, *house.client, *house.resolver,
                                          *house.signing, *house.tokens, *house.verifier, sources},
                                         house.url()};
  runtime::callbacks::Callbacks callbacks{{*house.engine, *house.client, secret_client, *house.vault}};
  /// Of an honest token service.
  platform::auth::TokenSource own_tokens{
      house.scope, loop.clock(), *house.client, {server.url("/token"), "us", "secret"}};
  runtime::transfer_process::DataPlanes data_planes{
      {loop.clock(), *house.client, secret_client, own_tokens, contexts}, {}};
  platform::http::Tunnels tunnels{house.scope, loop.clock()};
  /// Where lines of tunnels are opened, by anybody: the path is the tunnel's name.
  std::unique_ptr<platform::http::Listener> door;
  std::set<std::string> opened_tunnels;

  platform::telemetry::Registry registry;
  /// Nothing is received: there is no folder.
  platform::async::Offload disk{0};
  dataplane::file::FileSink sink{disk, {}};
  platform::endpoints::Endpoints endpoints{.public_url = house.url()};
  testing::Assemblies plane;

 private:
  void add_data_plane();

  int names_ = 0;
};

/// One of the things that ask: what it is, and how it is made to ask the hostile server of a world. The task
/// ends with what came of it.
struct Asking {
  std::string_view what;
  Task<Result<void>> (*ask)(World& world);
  enum class Reads : std::uint8_t {
    body,  ///< an answer with anything in it is none
    head,
    stream,  ///< and hands on what comes, without saying what was wrong
  } reads = Reads::body;
  enum class By : std::uint8_t {
    itself,
    engine,  ///< an effect, tried again until it is given up
  } by = By::itself;
};
/// Of an honest source, to an address of the counter-party's.
Task<Result<void>> push_of_data(World& world);
/// To a data plane that opened its tunnel itself.
Task<Result<void>> signal_over_tunnel(World& world);
/// Where a data plane opens its tunnel.
Task<Result<void>> dialled_control_plane(World& world);

extern const std::vector<Asking> everything_that_asks;

}  // namespace kontor::hostile
