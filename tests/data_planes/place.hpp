#pragma once

#include <map>
#include <memory>
#include <string>

#include "installation/dataspace.hpp"
#include "relay.hpp"
#include "source.hpp"

namespace kontor::data_planes {

using installation::Answer;
using installation::Company;
using installation::Installation;

/// An agreement under which Globex, at B, gets a dataset of Acme's, at A.
struct Deal {
  std::string dataset;
  std::string agreement;  ///< Globex's id of it
  std::string shared;     ///< the id that both know
};

/// A transfer of Globex's, as it is told of it.
struct Transfer {
  std::string id;        ///< Globex's
  std::string provider;  ///< Acme's
  std::string state;
  std::string error;
  std::string endpoint = {};  ///< of a pull: where the data is
  std::string token = {};

  bool ended() const { return state == "COMPLETED" || state == "TERMINATED"; }
};

/// Two installations whose data planes are processes of their own, a source that the test holds, and two
/// companies that have become participants.
class Place {
 public:
  struct Options {
    std::filesystem::path program;
    bool on_postgres = false;
    bool behind_doors = false;  ///< each address is that of a relay
    std::vector<std::string> data_plane_settings = {};
  };
  explicit Place(const Options& options);
  ~Place();

  installation::Dataspace& dataspace() { return dataspace_; }
  installation::World& world() { return dataspace_.world(); }
  installation::Driver& driver() { return world().driver; }
  testing::EventLoop& loop() { return world().driver.loop(); }
  Company& acme() { return world().company("acme"); }
  Company& globex() { return world().company("globex"); }
  Source& source() { return *source_; }
  /// Between the planes and the source; and before an address of an installation, where it is behind doors.
  Relay& before_source() { return *before_source_; }
  Relay& before(int port) { return *relays_.at(port); }

  /// Acme offers it and Globex has agreed. `address` is the data address of the asset.
  Deal deal(const std::string& dataset, const std::string& address);
  /// The same of `/{kind}/{dataset}` of the source.
  Deal deal_of_source(const std::string& kind, const std::string& dataset);

  // What Globex asks its control plane for. Failed where that is not answered as it should be.

  /// A pull, or a push into a folder of Globex's.
  Task<Transfer> open(Deal deal, std::string folder = {});
  Task<Transfer> look(std::string id);
  /// Once it is started or over; with its access when it is a pull that runs.
  Task<Transfer> rested(std::string id);
  /// Once it is over, or as it is after a while.
  Task<Transfer> over(std::string id);
  Task<void> terminate(std::string id);
  /// The same transfer as Acme is told of it.
  Task<Transfer> of_provider(Transfer transfer);
  /// The same once it is over, or as it is after a while.
  Task<Transfer> over_at_provider(Transfer transfer);
  /// What passed under the deal, as the data plane of a company's home has counted it.
  Task<json::Value> usage(std::string company, std::string agreement);
  Task<void> pause(Duration length);

  Task<Answer> ask(std::string company, installation::Request request);

 private:
  void open_doors(const Installation& home);
  Task<std::string> token_of(std::string company);

  installation::Dataspace dataspace_;
  std::unique_ptr<Source> source_;
  std::unique_ptr<Relay> before_source_;
  std::map<int, std::unique_ptr<Relay>> relays_;
  struct Token {
    std::string text;
    Instant fetched_at;
  };
  std::map<std::string, Token> tokens_;
};

/// A member of an object as a number; 0 where there is none.
std::uint64_t number_at(const json::Value& value, std::string_view key);

/// What came of asking for data.
struct Fetched {
  unsigned status = 0;  ///< 0: nobody answered
  std::uint64_t bytes = 0;
  bool whole = false;  ///< it came to its end
  std::string sha256;
  std::string retry_after = {};
};

/// Whoever has a token and fetches.
class Client {
 public:
  using OnPiece = std::function<void(std::size_t bytes)>;  ///< each as it comes
  explicit Client(Place& place);
  ~Client();

  /// All of it, or `enough` of it and then no more.
  Task<Fetched> fetch(Transfer transfer, OnPiece on_piece = {}, std::uint64_t enough = UINT64_MAX);
  /// The answer of a stream that goes on. None: there was no 200.
  Task<std::shared_ptr<http::BodyStream>> stream(Transfer transfer);

 private:
  Task<Result<http::Response>> send(Transfer transfer);

  Place& place_;
  async::Scope scope_;
  std::unique_ptr<http::Client> client_;
};

}  // namespace kontor::data_planes
