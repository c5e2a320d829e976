#include "platform/http/internal/pool.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>

namespace kontor::platform::http {

Pool::Lease::~Lease() {
  if (pool_) pool_->give_back(key_, nullptr);
}

void Pool::Lease::keep() && {
  auto pool = std::exchange(pool_, nullptr);
  connection_->stream->set_deadline(Instant::max());
  pool->give_back(key_, std::move(connection_));
}

Task<Result<Pool::Lease>> Pool::acquire(PoolKey key, async::Deadline deadline, bool fresh) {
  auto self = shared_from_this();
  auto& host = hosts_[key];
  while (fresh && !host.idle.empty()) close_idle(host.idle.back());
  auto idle = take_idle(host);
  if (idle) co_return Lease(self, key, std::move(idle));
  if (host.connections < limits_.connections_per_host_max) {
    ++host.connections;
    co_return Lease(self, key, nullptr);
  }
  Turn turn{async::Waiter(co_await boost::asio::this_coro::executor)};
  auto place = host.queue.insert(host.queue.end(), &turn);
  auto alarm = clock_.alarm(deadline.at, [&turn] { turn.waiter.wake(); });
  auto woken = co_await turn.waiter.wait();
  if (turn.granted) co_return Lease(self, key, std::move(turn.connection));
  host.queue.erase(place);
  if (!woken) co_return fail(ErrorCode::cancelled, "the wait for a connection was cancelled");
  co_return fail(ErrorCode::timeout, "no connection to {} became free in time", key.host);
}

std::unique_ptr<ClientConnection> Pool::take_idle(Host& host) {
  while (!host.idle.empty()) {
    auto place = host.idle.back();
    if (!place->connection->stream->quiet()) {
      close_idle(place);
      continue;
    }
    auto connection = std::move(place->connection);
    host.idle.pop_back();
    idle_.erase(place);
    return connection;
  }
  return nullptr;
}

void Pool::give_back(const PoolKey& key, std::unique_ptr<ClientConnection> connection) {
  auto& host = hosts_[key];
  if (!host.queue.empty()) {
    // The right passes to the next in line, with the connection if it is still good.
    auto* next = host.queue.front();
    host.queue.pop_front();
    next->granted = true;
    if (connection && connection->stream->quiet()) next->connection = std::move(connection);
    next->waiter.wake();
    return;
  }
  if (connection && limits_.idle_connections_max > 0) return store_idle(key, host, std::move(connection));
  --host.connections;
  forget_if_unused(key);
}

void Pool::store_idle(const PoolKey& key, Host& host, std::unique_ptr<ClientConnection> connection) {
  if (idle_.size() >= limits_.idle_connections_max) {
    auto oldest = idle_.front().key;
    close_idle(idle_.begin());
    forget_if_unused(oldest);
  }
  auto expires = clock_.now() + limits_.idle_timeout;
  idle_.push_back(Idle{key, std::move(connection), expires});
  host.idle.push_back(std::prev(idle_.end()));
  if (!expiry_) expiry_ = clock_.alarm(expires, [this] { close_expired(); });
}

void Pool::close_idle(IdlePlace place) {
  auto key = place->key;
  auto& host = hosts_[key];
  std::erase(host.idle, place);
  idle_.erase(place);
  --host.connections;
}

void Pool::close_expired() {
  expiry_.reset();
  auto now = clock_.now();
  while (!idle_.empty() && idle_.front().expires <= now) {
    auto key = idle_.front().key;
    close_idle(idle_.begin());
    forget_if_unused(key);
  }
  if (!idle_.empty()) expiry_ = clock_.alarm(idle_.front().expires, [this] { close_expired(); });
}

void Pool::forget_if_unused(const PoolKey& key) {
  auto place = hosts_.find(key);
  if (place->second.connections == 0 && place->second.queue.empty()) hosts_.erase(place);
}

}  // namespace kontor::platform::http
