#pragma once

#include <functional>
#include <memory>
#include <string>

#include "edges.hpp"
#include "platform/async/signal.hpp"

namespace kontor::simulation {

/// What the parts of a run share.
struct World {
  boost::asio::any_io_executor executor;
  async::Clock& clock;
  Journal& journal;
  Network& network;
  const Faults& faults;  ///< as they are now: none once the run is healed
  std::filesystem::path folder;
  std::uint64_t seed;
};

/// An installation of Kontor with all roles: the product's assemblies between simulated edges. It crashes at
/// random instants, as often as the faults say, and starts again on what its disk kept.
class Installation {
 public:
  struct Plan {
    std::string name;                        ///< `a` or `b`
    std::string issuer_did;                  ///< whose credentials its participants believe
    std::string issuer_administration = {};  ///< of another installation's issuer; empty: its own
  };
  Installation(World& world, Plan plan);
  ~Installation();

  /// Starts, and starts again after each crash, until `stop` is called.
  Task<void> run();
  void stop();
  /// No more crashes; the present life goes on.
  void spare() { crashes_left_ = 0; }
  bool up() const;
  unsigned crashes() const { return crashes_; }

  const std::string& name() const { return plan_.name; }
  std::filesystem::path folder() const;
  std::string public_url() const { return "https://" + plan_.name + ".example"; }
  std::string administration_url() const { return "http://" + plan_.name + ".internal:8081"; }
  std::string signaling_url() const { return "http://" + plan_.name + ".internal:8082"; }
  std::string did(const std::string& participant) const {
    return "did:web:" + plan_.name + ".example:" + participant;
  }
  std::string dsp_url(const std::string& context) const {
    return public_url() + "/api/dsp/" + context + "/http-dsp-profile-2025-1";
  }
  /// The store of the present life, for checks; null while it is down.
  platform::store::Store* store() const;

 private:
  struct Life;

  void write_settings() const;
  Task<bool> live();
  Task<void> bury(Life& life);
  void tick(Life& life);

  World& world_;
  Plan plan_;
  SeededRandom random_;
  std::unique_ptr<Life> life_;
  async::Signal changed_;
  bool stopping_ = false;
  unsigned lives_ = 0;
  unsigned crashes_ = 0;
  unsigned crashes_left_;
  std::uint64_t events_to_crash_ = 0;
};

}  // namespace kontor::simulation
