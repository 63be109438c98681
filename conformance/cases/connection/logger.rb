# run: migrate
class Book < ActiveRecord::Base
end

class Account < ActiveRecord::Base
end

class Shouting
  attr_reader :lines

  def initialize(level)
    @level = level
    @lines = []
  end

  def debug? = @level == 0
  def debug(text = nil) = @lines << "D #{text || yield}"
  def info(text = nil) = @lines << "I #{text || yield}"
  def warn(text = nil) = @lines << "W #{text || yield}"
  def error(text = nil) = @lines << "E #{text[/\A.*?event\. \S+ \S+/]}"
end

class LoggerOfStatements < ActiveRecord::Migration[8.1]
  def written(output)
    text = output.string.gsub(/\(\d+\.\d+ms\)/, "(ms)")
    output.truncate(0)
    output.rewind
    text.lines.map(&:chomp)
  end

  def up
    create_table(:books) { |t| t.string :title; t.integer :pages; t.binary :cover; t.boolean :sold; t.datetime :at; t.decimal :price, precision: 8, scale: 2 }
    output = StringIO.new
    before = ActiveRecord::Base.logger
    ActiveRecord::Base.logger = ActiveSupport::Logger.new(output)
    say (ActiveRecord::Base.logger == Book.logger).inspect
    say Book.new.logger?.inspect
    book = Book.create!(title: "a'b", pages: 3, cover: "\xFF\x00".b, sold: true, at: Time.utc(2024, 1, 2, 3, 4, 5.5r), price: "1.50")
    book.update!(pages: 4)
    Book.where(title: %w[x y], pages: 1..9).where.not(sold: false).limit(2).offset(1).to_a
    Book.find_by(at: Time.utc(2024, 1, 2))
    Book.where("pages > ?", 2).exists?
    Book.find(book.id)
    Book.where(pages: 4).update_all(pages: 5, title: "z")
    Book.where(pages: 5).update_all("pages = pages + 1")
    Book.update_counters(book.id, pages: 2)
    Book.transaction(requires_new: true) { Book.where(id: 0).delete_all; raise ActiveRecord::Rollback }
    Book.insert_all([{ title: "i" }])
    Book.where(pages: 8).sum(:pages)
    execute "SELECT 1 AS one"
    connection.select_value("SELECT 2 AS two", "Two")
    book.destroy
    written(output).each { |line| say line.inspect }
    ActiveSupport::LogSubscriber.colorize_logging = false
    Book.where(pages: nil).lock.to_a
    Book.count
    execute "UPDATE books SET pages = 1"
    say written(output).inspect
    ActiveRecord::Base.logger.silence { Book.count }
    say written(output).inspect
    ActiveRecord::Base.logger.level = :info
    Book.count
    say written(output).inspect
    say ActiveRecord::LogSubscriber.colorize_logging.inspect
    ActiveRecord::LogSubscriber.colorize_logging = true
    [0, 1].each do |level|
      ActiveRecord::Base.logger = Shouting.new(level)
      Book.order(:title).find_each { |one| one.title }
      say ActiveRecord::Base.logger.lines.map { |line| line.gsub(/\(\d+\.\d+ms\)/, "(ms)") }.inspect
    end
    Account.logger = Shouting.new(0)
    say [Account.logger.class, Book.logger.class].inspect
    ActiveRecord::Base.logger = Shouting.new(0)
    def (ActiveRecord::Base.logger).debug(text) = raise("full")
    say Book.count.inspect
    say ActiveRecord::Base.logger.lines.inspect
    ActiveRecord::Base.logger = nil
    Book.count
    say [ActiveRecord::Base.logger, ActiveRecord::Base.logger?].inspect
    ActiveRecord::Base.logger = before
    heard = []
    ActiveSupport::Notifications.subscribed(->(*, payload) { heard << payload[:sql] }, "sql.active_record") { Book.count }
    say heard.inspect
  end
end
