#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/async/waiter.hpp"
#include "platform/http/client.hpp"
#include "platform/http/internal/reader.hpp"
#include "platform/http/internal/stream.hpp"
#include "platform/http/url.hpp"

namespace kontor::platform::http {

/// A connection to a server, with what was read from it and not used.
struct ClientConnection {
  static constexpr std::size_t head_bytes_max = 64 * 1024;

  explicit ClientConnection(std::unique_ptr<Stream> opened)
      : stream(std::move(opened)), reader(*stream, head_bytes_max) {}

  std::unique_ptr<Stream> stream;
  Reader reader;
};

/// What is connected to, and as whom: connections for foreign addresses, which passed the guard, are apart
/// from the others, and so are those over which a client certificate was shown.
struct PoolKey {
  std::string scheme;
  std::string host;
  std::uint16_t port;
  Trust trust;
  std::string identity = {};  ///< its fingerprint; empty: the client's own

  auto operator<=>(const PoolKey&) const = default;
};

/// Connections by what they lead to, within bounds: so many to one host, so many idle ones altogether.
class Pool : public std::enable_shared_from_this<Pool> {
 public:
  /// The right to one connection; given back when it is destroyed, and the connection closed unless it was
  /// `keep`t.
  class Lease {
   public:
    Lease(std::shared_ptr<Pool> pool, PoolKey key, std::unique_ptr<ClientConnection> idle)
        : pool_(std::move(pool)),
          key_(std::move(key)),
          connection_(std::move(idle)),
          reused_(connection_ != nullptr) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    bool connected() const { return connection_ != nullptr; }
    bool reused() const { return reused_; }
    ClientConnection& connection() { return *connection_; }
    const ClientConnection& connection() const { return *connection_; }
    void opened(std::unique_ptr<Stream> stream) {
      connection_ = std::make_unique<ClientConnection>(std::move(stream));
    }
    /// Gives the connection back for the next request.
    void keep() &&;

   private:
    std::shared_ptr<Pool> pool_;
    PoolKey key_;
    std::unique_ptr<ClientConnection> connection_;
    bool reused_;
  };

  struct Limits {
    std::size_t connections_per_host_max;
    std::size_t idle_connections_max;
    Duration idle_timeout;
  };

  Pool(async::Clock& clock, Limits limits) : clock_(clock), limits_(limits) {}

  /// An idle connection, or the right to open one; waits in order of arrival. With `fresh`, idle connections
  /// of the host are closed first. Errors: timeout, cancelled.
  Task<Result<Lease>> acquire(PoolKey key, async::Deadline deadline, bool fresh);
  std::size_t idle_connections() const { return idle_.size(); }

 private:
  struct Idle {
    PoolKey key;
    std::unique_ptr<ClientConnection> connection;
    Instant expires;
  };
  using IdlePlace = std::list<Idle>::iterator;
  struct Turn {
    async::Waiter waiter;
    bool granted = false;
    std::unique_ptr<ClientConnection> connection = {};
  };
  struct Host {
    std::size_t connections = 0;       // leased and idle
    std::vector<IdlePlace> idle = {};  // the newest last
    std::list<Turn*> queue = {};
  };

  std::unique_ptr<ClientConnection> take_idle(Host& host);
  void give_back(const PoolKey& key, std::unique_ptr<ClientConnection> connection);
  void store_idle(const PoolKey& key, Host& host, std::unique_ptr<ClientConnection> connection);
  void close_idle(IdlePlace place);
  void close_expired();
  void forget_if_unused(const PoolKey& key);

  async::Clock& clock_;
  Limits limits_;
  std::map<PoolKey, Host> hosts_;
  std::list<Idle> idle_;  // the oldest first
  std::unique_ptr<async::Alarm> expiry_;
};

}  // namespace kontor::platform::http
