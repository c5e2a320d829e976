#include "sensor.hpp"

#include <fmt/format.h>

#include "installation/driver.hpp"

namespace kontor::journey {

namespace http = platform::http;

namespace {

constexpr auto between_readings = std::chrono::milliseconds(10);

class Readings : public http::BodyStream {
 public:
  explicit Readings(platform::async::Clock& clock) : clock_(clock) {}

  Task<Result<std::string>> read() override {
    auto waited = co_await clock_.wait_until(clock_.now() + between_readings);
    if (!waited) co_return fail(std::move(waited.error()));
    ++number_;
    co_return fmt::format("event: reading\nid: {0}\ndata: {{\"celsius\":{1}.{2}}}\n\n", number_,
                          18 + number_ % 5, number_ % 10);
  }

 private:
  platform::async::Clock& clock_;
  std::size_t number_ = 0;
};

Task<http::Response> answer(platform::async::Clock& clock) {
  http::Response response;
  response.headers.set("Content-Type", "text/event-stream");
  response.body.stream = std::make_shared<Readings>(clock);
  co_return response;
}

}  // namespace

Sensor::Sensor(testing::EventLoop& loop) : loop_(loop), scope_(loop.executor()) {
  auto listener =
      http::listen(scope_, loop.clock(), {}, [&loop](const http::Request&) { return answer(loop.clock()); });
  if (!listener) throw installation::Failed{listener.error().message()};
  listener_ = std::move(*listener);
}

Sensor::~Sensor() {
  loop_.run(scope_.close());
}

std::string Sensor::url() const {
  return fmt::format("http://127.0.0.1:{}", listener_->port());
}

}  // namespace kontor::journey
