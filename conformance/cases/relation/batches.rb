# run: migrate
class Batches < ActiveRecord::Migration[8.1]
  class User < ActiveRecord::Base; end
  class Membership < ActiveRecord::Base; end

  def refuse
    yield
  rescue => error
    say "#{error.class}: #{error.message}"
  end

  def up
    create_table :users do |t|
      t.string :name
      t.integer :age
      t.timestamps
    end
    create_table :memberships, id: false do |t|
      t.integer :user_id, null: false
      t.integer :group_id, null: false
      t.index [:user_id, :group_id], unique: true
    end
    User.insert_all((1..7).map { |n| { name: "u#{n}", age: n % 3, created_at: "2020-01-01", updated_at: "2020-01-01" } })
    Membership.insert_all((1..5).map { |n| { user_id: n % 2, group_id: n } })
    User.find_each(batch_size: 3) { |user| say user.name }
    User.find_each(batch_size: 3, start: 2, finish: 6, order: :desc) { |user| say user.name }
    User.where(age: 1).find_each(batch_size: 2) { |user| user.update_columns(age: 10) }
    User.find_in_batches(batch_size: 4) { |users| say users.map(&:id).inspect }
    User.limit(5).find_in_batches(batch_size: 2) { |users| say users.map(&:id).inspect }
    User.in_batches(of: 3) { |users| say users.update_all(age: 1).to_s }
    User.in_batches(of: 3, use_ranges: false) { |users| say users.pluck(:id).inspect }
    User.where(age: 1).in_batches(of: 3) { |users| say users.to_sql }
    User.where(age: 1).in_batches(of: 3, use_ranges: true) { |users| say users.to_sql }
    User.in_batches(of: 3, load: true) { |users| say users.size.to_s }
    User.in_batches(of: 5, order: :desc) { |users| say users.ids.inspect }
    User.in_batches(of: 3, start: 3, finish: 5) { |users| say users.to_sql }
    say User.in_batches(of: 3).update_all("age = age + 1").to_s
    say User.in_batches(of: 3).each_record.map(&:id).inspect
    User.in_batches(of: 4).each_record { |user| say user.id.to_s }
    User.in_batches(of: 4).each { |users| say users.count.to_s }
    User.in_batches(of: 4).each_with_index { |users, index| say "#{index}: #{users.count}" }
    User.in_batches(of: 4).touch_all
    say User.find_each(batch_size: 2).map(&:id).inspect
    say User.find_each.with_index.map { |user, index| user.id + index }.inspect
    say User.find_in_batches(batch_size: 4).map(&:size).inspect
    User.find_each(batch_size: 3, cursor: [:age, :id], order: [:desc, :asc]) { |user| say user.id.to_s }
    User.in_batches(of: 3, cursor: [:age, :id]) { |users| say users.pluck(:id).inspect }
    Membership.in_batches(of: 2, cursor: [:user_id, :group_id]) { |rows| say rows.pluck(:user_id, :group_id).inspect }
    Membership.in_batches(of: 2, cursor: [:user_id, :group_id], use_ranges: false) { |rows| say rows.to_sql }
    User.order(:name).find_each(batch_size: 4) { |user| user.id }
    User.where(age: 2).load.find_each(batch_size: 2) { |user| say user.id.to_s }
    User.none.find_each { |user| say user.id.to_s }
    say User.where(id: 1..2).in_batches(of: 1).destroy_all.to_s
    say User.in_batches(of: 2).delete_all.to_s
    refuse { Membership.find_each { |row| row } }
    refuse { User.find_each(order: :up) { |row| row } }
    refuse { User.find_each(start: [1, 2]) { |row| row } }
    refuse { User.find_each(nothing: 1) { |row| row } }
    refuse { User.order(:name).find_each(error_on_ignore: true) { |row| row } }
  end
end
