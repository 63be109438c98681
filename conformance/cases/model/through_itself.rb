# run: migrate
class Person < ActiveRecord::Base
  has_many :friendships
  has_many :friends, through: :friendships
  has_many :old_friends, -> { where(age: 50..).order(:name) }, through: :friendships, source: :friend
  has_many :friends_of_friends, through: :friends, source: :friends
  has_many :children, class_name: "Person", foreign_key: :parent_id
  belongs_to :parent, class_name: "Person", optional: true
  has_many :grandchildren, through: :children, source: :children
  has_one :grandparent, through: :parent, source: :parent
  has_many :great_grandchildren, -> { order(:id) }, through: :grandchildren, source: :children
  has_many :adults, -> { where("people.age > 17").order(age: :desc) }, class_name: "Person", foreign_key: :parent_id
  has_many :children_of_adults, through: :adults, source: :children
end

class Friendship < ActiveRecord::Base
  belongs_to :person
  belongs_to :friend, class_name: "Person"
end

class Comment < ActiveRecord::Base
  belongs_to :subject, polymorphic: true
  belongs_to :person
end

class Photo < ActiveRecord::Base
  has_many :comments, as: :subject
  has_many :people, through: :comments
end

class Person
  has_many :comments
  has_many :photos, through: :comments, source: :subject, source_type: "Photo"
  has_many :commented_people, through: :comments, source: :subject, source_type: "Person"
  has_many :remarks, class_name: "Comment", as: :subject
  has_many :sorted_photos, -> { order(title: :desc).distinct }, through: :comments, source: :subject, source_type: "Photo"
end

class ThroughItself < ActiveRecord::Migration[8.1]
  def up
    create_table(:people) { |t| t.string :name; t.integer :age; t.references :parent }
    create_table(:friendships) { |t| t.references :person; t.references :friend }
    create_table(:photos) { |t| t.string :title }
    create_table(:comments) { |t| t.references :subject, polymorphic: true; t.references :person; t.string :body }
    a, b, c, d = %w[a b c d].each_with_index.map { |name, index| Person.create!(name: name, age: 70 - index * 18) }
    b.update!(parent: a)
    c.update!(parent: b)
    d.update!(parent: c)
    Friendship.create!([{ person: a, friend: b }, { person: b, friend: c }, { person: b, friend: d }, { person: c, friend: a }])
    photos = %w[sun sea].map { |title| Photo.create!(title: title) }
    photos.each { |photo| Comment.create!(subject: photo, person: a, body: "nice") }
    Comment.create!(subject: photos.first, person: a, body: "again")
    Comment.create!(subject: b, person: a, body: "hello")

    say a.friends.map(&:name).inspect
    say b.friends.order(:name).pluck(:name).inspect
    say b.old_friends.map(&:name).inspect
    say a.friends_of_friends.map(&:name).inspect
    say a.friends_of_friends.count
    say a.grandchildren.map(&:name).inspect
    say a.grandchildren.exists?
    say c.grandparent.name
    say a.great_grandchildren.map(&:name).inspect
    say a.children_of_adults.map(&:name).inspect
    say a.friend_ids.inspect
    a.friends << d
    say a.friends.reload.size
    a.friends.delete(d)
    say a.photos.map(&:title).inspect
    say a.sorted_photos.map(&:title).inspect
    say a.commented_people.map(&:name).inspect
    say photos.first.people.map(&:name).inspect

    say Person.joins(:friends).where(friends_people: { name: "c" }).map(&:name).inspect
    say Person.joins(:friends_of_friends).to_sql
    say Person.joins(:grandchildren).map(&:name).inspect
    say Person.left_joins(:photos).distinct.order(:id).map(&:name).inspect
    say Person.joins(:photos).where(photos: { title: "sun" }).map(&:name).inspect
    say Person.joins(:commented_people).to_sql
    say Photo.joins(:people).distinct.map(&:title).inspect
    say Person.eager_load(:photos).order("people.id", "photos.id").map { |one| one.photos.map(&:title) }.inspect
    say Person.preload(:photos).order(:id).map { |one| one.photos.map(&:title) }.inspect
    say Person.preload(:sorted_photos).order(:id).map { |one| one.sorted_photos.map(&:title) }.inspect
    say Person.preload(:commented_people, :comments).order(:id).map { |one| one.commented_people.map(&:name) }.inspect
    say Person.preload(:friends, :old_friends).order(:id).map { |one| [one.friends.map(&:name), one.old_friends.map(&:name)] }.inspect
    say Person.preload(:grandchildren, :grandparent).order(:id).map { |one| [one.grandchildren.map(&:name), one.grandparent&.name] }.inspect
    say Person.includes(:friends_of_friends).order(:id).map { |one| one.friends_of_friends.map(&:name) }.inspect
    say Person.includes(:children_of_adults).order(:id).map { |one| one.children_of_adults.map(&:name) }.inspect
    say Person.joins(:friends).where(friends: b).to_sql
    say Person.joins(:photos).where(photos: photos).distinct.map(&:name).inspect
    say Person.joins(:friends).where(friends: [b, c]).to_sql
    say Person.where.missing(:friends).map(&:name).inspect
    say Person.where.associated(:photos).distinct.map(&:name).inspect
  end
end
