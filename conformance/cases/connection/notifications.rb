# Who subscribes to what is sent.
class Notifications < ActiveRecord::Migration[8.1]
  class Note < ActiveRecord::Base
  end

  def up
    create_table(:notes) { |t| t.string :name }
    Note.reset_column_information
    Note.columns
    sent = []
    listener = ->(*, payload) { sent << [payload[:name], payload[:sql]] unless %w[SCHEMA TRANSACTION].include?(payload[:name]) }
    ActiveSupport::Notifications.subscribed(listener, "sql.active_record") do
      Note.create!(name: "a")
      Note.where(name: "a").to_a
      execute "SELECT 1"
    end
    Note.count
    sent.each { |name, sql| say "#{name.inspect} #{sql}" }

    names = []
    subscriber = ActiveSupport::Notifications.subscribe("sql.active_record") do |name, start, finish, id, payload|
      names << [name, start.class, finish >= start, id.class, payload[:name]] if payload[:name].to_s.end_with?("Note Count")
    end
    Note.count
    ActiveSupport::Notifications.unsubscribe(subscriber)
    Note.count
    say names.inspect

    events = []
    subscriber = ActiveSupport::Notifications.subscribe("import.notes") { |event| events << [event.name, event.payload] }
    answer = ActiveSupport::Notifications.instrument("import.notes", rows: 2) { |payload| payload[:done] = true; 5 }
    ActiveSupport::Notifications.instrument("other.notes") { 6 }
    begin
      ActiveSupport::Notifications.instrument("import.notes") { raise ArgumentError, "no" }
    rescue ArgumentError => error
      say error.message
    end
    ActiveSupport::Notifications.unsubscribe(subscriber)
    say [answer, events.map { |name, payload| [name, payload.except(:exception_object)] }].inspect
  end

  def down
    drop_table :notes
  end
end
