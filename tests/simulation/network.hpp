#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "faults.hpp"
#include "journal.hpp"
#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/client.hpp"
#include "platform/http/url.hpp"

namespace kontor::simulation {

namespace async = platform::async;
namespace http = platform::http;

/// Carries HTTP messages between the sites of a run, each late by a seeded while, and loses, repeats and
/// reorders them as the faults say. A partition keeps everything between two sites from arriving.
class Network {
 public:
  Network(boost::asio::any_io_executor executor, async::Clock& clock, Journal& journal, std::uint64_t seed);

  /// Serves `authority` (`a.example:443`) until it is destroyed or its site crashes.
  struct Service {
    std::string site;
    async::Scope* scope;
    http::Handler handler;
    std::function<void()> on_message;  ///< told when one arrives
    bool alive = true;
    std::size_t under_way = 0;
  };
  void serve(const std::string& authority, Service service);
  /// Takes no new requests of the site's peers.
  void close(const std::string& site);
  /// The site's process is gone: who waits for an answer sees its connection reset.
  void crash(const std::string& site);
  std::size_t under_way(const std::string& site) const;

  void suffer(const Faults& faults);
  void heal();

  Task<Result<http::Response>> send(std::string from, http::Request request, http::SendOptions options);
  std::uint64_t messages() const { return messages_; }

 private:
  struct Fate;
  struct Exchange;
  using ExchangePtr = std::shared_ptr<Exchange>;
  using ServicePtr = std::shared_ptr<Service>;
  struct Flight {
    std::unique_ptr<async::Alarm> alarm;
  };

  Fate draw_fate();
  void after(Duration delay, std::function<void()> run);
  void arrive(const ExchangePtr& exchange, http::Request request, const Fate& fate);
  void break_off(const ExchangePtr& exchange, Duration delay, const char* why);
  Task<void> handle(ServicePtr service, ExchangePtr exchange, http::Request request, Fate fate);
  void answer(const ExchangePtr& exchange, http::Response response, const Fate& fate);
  bool parted(const Exchange& exchange) const;
  void maybe_part(const Exchange& exchange);
  Duration delay();

  boost::asio::any_io_executor executor_;
  async::Clock& clock_;
  Journal& journal_;
  SeededRandom random_;
  Faults faults_;
  unsigned partitions_left_ = 0;
  std::uint64_t events_to_part_ = 0;
  Instant parted_until_{};
  std::uint64_t messages_ = 0;
  std::map<std::string, ServicePtr> services_;
  std::list<ExchangePtr> served_;  ///< somebody works on their answer
  std::list<Flight> flights_;
};

/// The HTTP client of one site.
class NetworkClient : public http::Client {
 public:
  NetworkClient(Network& network, std::string site, const bool& cut)
      : network_(network), site_(std::move(site)), cut_(cut) {}
  Task<Result<http::Response>> send(http::Request request, http::SendOptions options) override;

 private:
  Network& network_;
  std::string site_;
  const bool& cut_;
};

}  // namespace kontor::simulation
